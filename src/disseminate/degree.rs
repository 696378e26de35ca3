//! Where a degree of a scale lies: below the middle, on it, or above, and how far out. Drawings and native charts shade by it.

/// The place of a degree, with its shade: 0 the palest, next to the middle, to 2, the outermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Degree {
    /// In the lower half.
    Low(usize),
    /// The middle of an odd number of degrees.
    Middle,
    /// In the higher half.
    High(usize),
}

/// The place of the degree at `position`, lowest first, among `degrees`. With more degrees than shades the outermost share the
/// darkest; with fewer the palest are left out.
pub(super) fn degree(position: usize, degrees: usize) -> Degree {
    let half = degrees / 2;
    let shade = |from_middle: usize| if half < 3 { from_middle + 3 - half } else { from_middle.min(2) };
    if position < half {
        Degree::Low(shade(half - 1 - position))
    } else if degrees % 2 == 1 && position == half {
        Degree::Middle
    } else {
        Degree::High(shade(position - degrees.div_ceil(2)))
    }
}

#[cfg(test)]
mod tests {
    use super::Degree::{High, Low, Middle};
    use super::*;

    #[test]
    fn shades_grow_outwards_from_the_middle() {
        let all = |degrees: usize| (0..degrees).map(|position| degree(position, degrees)).collect::<Vec<_>>();
        assert_eq!(all(6), [Low(2), Low(1), Low(0), High(0), High(1), High(2)]);
        assert_eq!(all(5), [Low(2), Low(1), Middle, High(1), High(2)]);
        assert_eq!(all(4), [Low(2), Low(1), High(1), High(2)]);
        assert_eq!(all(2), [Low(2), High(2)]);
        assert_eq!(all(8)[0..4], [Low(2), Low(2), Low(1), Low(0)]);
    }
}
