//! A JSON writer with one buffer. The formats of values are implemented independently of the code of the
//! product.

/// An append-only JSON buffer. The caller balances the brackets.
pub struct Json(Vec<u8>);

impl Json {
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub fn position(&self) -> usize {
        self.0.len()
    }

    /// Appends a copy of the output from `start` to `end`.
    pub fn again(&mut self, start: usize, end: usize) {
        self.0.extend_from_within(start..end);
    }

    pub fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends `text`, replacing a trailing comma.
    pub fn close(&mut self, text: &str) {
        if self.0.last() == Some(&b',') {
            self.0.pop();
        }
        self.raw(text);
    }

    pub fn int(&mut self, value: i64) {
        self.raw(itoa::Buffer::new().format(value));
    }

    /// Writes a global id such as `"cus_42"`.
    pub fn id(&mut self, prefix: &str, key: i64) {
        self.0.push(b'"');
        self.raw(prefix);
        self.int(key);
        self.0.push(b'"');
    }

    /// Writes an amount in cents as `"19.99"`.
    pub fn money(&mut self, cents: i64) {
        self.0.push(b'"');
        if cents < 0 {
            self.0.push(b'-');
        }
        let cents = cents.unsigned_abs();
        self.raw(itoa::Buffer::new().format(cents / 100));
        let [tens, ones] = two_digits((cents % 100) as i64);
        self.0.extend_from_slice(&[b'.', tens, ones, b'"']);
    }

    /// Writes microseconds since the Unix epoch as `"1996-07-04T00:00:00Z"`, with a fraction if it is not
    /// zero.
    pub fn time(&mut self, micros: i64) {
        let (seconds, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(day);
        let mut text = *b"\"0000-00-00T00:00:00";
        text[1..3].copy_from_slice(&two_digits(year / 100));
        text[3..5].copy_from_slice(&two_digits(year % 100));
        text[6..8].copy_from_slice(&two_digits(month));
        text[9..11].copy_from_slice(&two_digits(day));
        text[12..14].copy_from_slice(&two_digits(second / 3600));
        text[15..17].copy_from_slice(&two_digits(second / 60 % 60));
        text[18..20].copy_from_slice(&two_digits(second % 60));
        self.0.extend_from_slice(&text);
        if fraction != 0 {
            let [a, b] = two_digits(fraction / 10_000);
            let [c, d] = two_digits(fraction / 100 % 100);
            let [e, f] = two_digits(fraction % 100);
            let digits = [b'.', a, b, c, d, e, f];
            let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
            self.0.extend_from_slice(&digits[..digits.len() - zeros]);
        }
        self.raw("Z\"");
    }

    /// Writes text from the database, which is UTF-8, or `null`.
    pub fn text(&mut self, text: Option<&[u8]>) {
        let Some(text) = text else { return self.raw("null") };
        self.0.push(b'"');
        // A loop without an early return is vectorized.
        let plain =
            text.iter().fold(true, |plain, &byte| plain & (byte >= 0x20) & (byte != b'"') & (byte != b'\\'));
        if plain {
            self.0.extend_from_slice(text);
        } else {
            self.escaped(text);
        }
        self.0.push(b'"');
    }

    #[cold]
    fn escaped(&mut self, text: &[u8]) {
        for &byte in text {
            match byte {
                b'"' | b'\\' => self.0.extend_from_slice(&[b'\\', byte]),
                0..0x20 => self.raw(&format!("\\u{byte:04x}")),
                _ => self.0.push(byte),
            }
        }
    }
}

fn two_digits(value: i64) -> [u8; 2] {
    [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]
}

/// Returns the year, month and day of a day number since 1970-01-01. The calculation uses years that start
/// in March, so that the leap day is the last day.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next_year, month, day)
}
