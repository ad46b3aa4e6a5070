//! Numbers as PDF wants them: no exponent, no needless zeros.

/// Appends a number with up to `DECIMALS` decimals and a space.
pub(super) fn push<const DECIMALS: u32>(out: &mut Vec<u8>, value: f64) {
    let factor = 10u64.pow(DECIMALS);
    let scaled = (value.abs() * factor as f64).round() as u64;
    if value < 0.0 && scaled > 0 {
        out.push(b'-');
    }
    push_integer(out, scaled / factor);
    let mut rest = scaled % factor;
    if rest > 0 {
        out.push(b'.');
        let mut unit = factor / 10;
        while rest > 0 {
            out.push(b'0' + (rest / unit) as u8);
            rest %= unit;
            unit /= 10;
        }
    }
    out.push(b' ');
}

/// Appends a whole number.
pub(super) fn push_integer(out: &mut Vec<u8>, mut value: u64) {
    let (mut digits, mut at) = ([0u8; 20], 20);
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_short_and_plain() {
        let text = |v| {
            let mut out = Vec::new();
            super::push::<3>(&mut out, v);
            String::from_utf8_lossy(&out).into_owned()
        };
        for (value, wanted) in
            [(0.0, "0 "), (-0.0001, "0 "), (1.5, "1.5 "), (-12.3456, "-12.346 "), (0.05, "0.05 ")]
        {
            assert_eq!(text(value), wanted);
        }
    }
}
