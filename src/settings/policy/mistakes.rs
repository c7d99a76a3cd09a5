//! What is wrong with a policy file: all of it, each with its line.

/// The mistakes so far.
pub(super) struct Mistakes<'a> {
    text: &'a str,
    told: Vec<String>,
}

impl<'a> Mistakes<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self { text, told: Vec::new() }
    }

    /// Tells of one, in the section of this name and about this key; either may be empty.
    pub(super) fn tell(&mut self, section: &str, key: &str, wrong: String) {
        let line = self.line(section, key).map(|line| format!("line {line}")).unwrap_or_default();
        let place = [line.as_str(), section].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        self.told.push(if place.is_empty() { wrong } else { format!("{}: {wrong}", place.join(", ")) });
    }

    /// This, where nothing is wrong.
    pub(super) fn or<T>(self, read: T) -> Result<T, String> {
        if self.told.is_empty() { Ok(read) } else { Err(self.told.join("; ")) }
    }

    /// The line in which the key stands, or its section begins; `None` where it is written otherwise than usual.
    fn line(&self, section: &str, key: &str) -> Option<usize> {
        let (mut here, mut head) = (section.is_empty(), None);
        for (number, line) in (1..).zip(self.text.lines().map(str::trim)) {
            if line.starts_with('[') {
                let name: String = line.split('#').next().unwrap_or_default().split_whitespace().collect();
                here = !section.is_empty() && name == section.replace(' ', "");
                if here {
                    head = Some(number);
                } else if section.is_empty() && name.trim_matches(['[', ']']).split('.').next() == Some(key) {
                    return Some(number);
                }
            } else if here && line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')) {
                return Some(number);
            }
        }
        head
    }
}
