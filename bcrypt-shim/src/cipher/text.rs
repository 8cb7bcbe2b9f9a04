//! The text of a call: in place, or from one buffer to another.

/// Text to be worked on. What is written comes out at the place where it was read, or at the same place of another
/// buffer, which does not overlap the first.
#[derive(Debug)]
pub struct Text<'a> {
    /// `None` in place.
    source: Option<&'a [u8]>,
    target: &'a mut [u8],
    length: usize,
}

impl<'a> Text<'a> {
    /// The first `length` bytes of a buffer, in place; as many as it has at most.
    pub fn in_place(target: &'a mut [u8], length: usize) -> Self {
        let length = length.min(target.len());
        Self { source: None, target, length }
    }

    /// All bytes of one buffer, written to another.
    pub fn apart(source: &'a [u8], target: &'a mut [u8]) -> Self {
        Self { source: Some(source), length: source.len(), target }
    }

    /// Bytes to be read.
    pub fn length(&self) -> usize {
        self.length
    }

    /// What is to be read.
    pub fn source(&self) -> &[u8] {
        match self.source {
            Some(source) => source,
            None => self.target.get(..self.length).unwrap_or_default(),
        }
    }

    /// Where the result goes; it may have room for more than there is to be read, or for less.
    pub fn target(&mut self) -> &mut [u8] {
        self.target
    }

    /// What was written: as many bytes as were read.
    pub fn written(&self) -> &[u8] {
        self.target.get(..self.length).unwrap_or_default()
    }

    /// The first bytes, `length` of them, and what follows them.
    ///
    /// Without room for that many there are only as many as there is room for.
    pub fn split_at(self, length: usize) -> (Text<'a>, Text<'a>) {
        let length = length.min(self.length).min(self.target.len());
        let (first, rest) = self.target.split_at_mut(length);
        let (one, other) = self.source.map(|source| source.split_at(length)).unzip();
        let left = self.length - length;
        (Text { source: one, target: first, length }, Text { source: other, target: rest, length: left })
    }

    /// The same text, for a while.
    pub fn reborrow(&mut self) -> Text<'_> {
        Text { source: self.source, target: self.target, length: self.length }
    }

    /// Works on at most so many bytes at once.
    pub fn in_parts<E>(self, most: usize, mut work: impl FnMut(Text<'_>) -> Result<(), E>) -> Result<(), E> {
        let mut rest = self;
        while rest.length > 0 {
            let (part, after) = rest.split_at(most);
            if part.length == 0 {
                break;
            }
            work(part)?;
            rest = after;
        }
        Ok(())
    }

    /// The text at its target: copied there, unless it is worked on in place.
    pub fn settle(&mut self) -> &mut [u8] {
        let length = self.length.min(self.target.len());
        let (target, _) = self.target.split_at_mut(length);
        if let Some(source) = self.source.take() {
            let (source, _) = source.split_at(length);
            target.copy_from_slice(source);
        }
        target
    }

    /// Where to read and where to write, the same or apart, and how many bytes both have.
    pub(crate) fn pointers(&mut self) -> (*const u8, *mut u8, usize) {
        let length = self.length.min(self.target.len());
        let target = self.target.as_mut_ptr();
        (self.source.map_or(target.cast_const(), <[u8]>::as_ptr), target, length)
    }
}
