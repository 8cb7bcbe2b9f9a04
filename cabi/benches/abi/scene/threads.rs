//! Agreements a second with one thread, two, and so on, each with keys of its own.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::algorithm::{Algorithm, MAIN, Operation};
use crate::measure::{median, pin};
use crate::peer::Peer;
use crate::peer::bcrypt::Library;

/// For each algorithm and number of threads, turn by turn, the median rate and the median ratio to one thread.
pub fn measured(library: &Library, most: usize, turns: usize, slice: Duration) -> Value {
    let mut rows = Vec::new();
    for algorithm in [&MAIN[0], &MAIN[3]] {
        let mut rates = vec![Vec::new(); most];
        for _ in 0..turns {
            for threads in 1..=most {
                rates[threads - 1].push(rate(library, algorithm, threads, slice));
            }
        }
        for threads in 1..=most {
            let pairs = rates[threads - 1].iter().zip(&rates[0]);
            rows.push(json!({
                "algorithm": algorithm.name,
                "threads": threads,
                "agreements a second": median(rates[threads - 1].clone()).round(),
                "ratio to one thread": median(pairs.map(|(many, one)| many / one).collect()),
            }));
        }
    }
    Value::Array(rows)
}

fn rate(library: &Library, algorithm: &Algorithm, threads: usize, slice: Duration) -> f64 {
    let (ready, stop) = (Barrier::new(threads + 1), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|number| {
                let (ready, stop) = (&ready, &stop);
                scope.spawn(move || {
                    pin(number);
                    let mut work = library.work(Operation::Agree, algorithm).expect("the library has it");
                    work();
                    ready.wait();
                    let (start, mut done) = (Instant::now(), 0.0);
                    while !stop.load(Ordering::Relaxed) {
                        work();
                        done += 1.0;
                    }
                    done / start.elapsed().as_secs_f64()
                })
            })
            .collect();
        ready.wait();
        std::thread::sleep(slice);
        stop.store(true, Ordering::Relaxed);
        workers.into_iter().map(|worker| worker.join().expect("it ends")).sum()
    })
}
