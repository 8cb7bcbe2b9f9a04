//! One HTML page that needs nothing else: the data and the program that shows it.

use super::Report;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const PROGRAM: &str = include_str!("page.js");

/// The page.
pub fn page(report: &Report<'_>) -> String {
    // "</script>" in a text would end the element that holds the data.
    let data = serde_json::to_string(report).unwrap_or_default().replace("</", "<\\/");
    PAGE.replace("/*STYLE*/", STYLE).replace("/*PROGRAM*/", PROGRAM).replace("/*DATA*/", &data)
}
