//! What to buy: what jobs wait for, and what ran low.

/// How a part stands at a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Level {
    /// How many there are.
    pub quantity: i64,
    /// How many of them open jobs have put aside or wait for.
    pub reserved: i64,
    /// How many are ordered and have not come.
    pub on_order: i64,
    /// From how few on more are ordered; none where nobody asks for it.
    pub reorder_level: Option<i64>,
    /// Up to how many.
    pub reorder_to: Option<i64>,
}

impl Level {
    /// How many nobody has put aside; below zero where jobs wait for more than there are.
    pub fn free(&self) -> i64 {
        self.quantity - self.reserved
    }

    /// How many another place may be given: what nobody put aside and the place itself does not ask for.
    pub fn spare(&self) -> i64 {
        (self.free() - self.reorder_level.map_or(0, |least| least + 1)).max(0)
    }

    /// Whether it ran low: as few as are to be ordered at, whether or not they are ordered.
    pub fn is_low(&self) -> bool {
        self.free() < 0 || self.reorder_level.is_some_and(|least| self.free() <= least)
    }

    /// How many to order now; none where what is there and on its way will do.
    pub fn to_order(&self) -> Option<i64> {
        let coming = self.free() + self.on_order;
        let wanted = match self.reorder_level {
            // One more than the level at least, or what came would be low again at once.
            Some(least) if coming <= least => self.reorder_to.unwrap_or(0).max(least + 1),
            _ => 0,
        };
        (coming < wanted).then(|| wanted - coming)
    }

    /// Why, in words.
    pub fn reason(&self) -> String {
        let mut words = vec![format!("{} there", self.quantity)];
        if self.reserved > 0 {
            words.push(format!("{} put aside", self.reserved));
        }
        if self.on_order > 0 {
            words.push(format!("{} on order", self.on_order));
        }
        if let Some(least) = self.reorder_level {
            words.push(format!("to order at {least}"));
        }
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn level(quantity: i64, reserved: i64, on_order: i64, reorder: Option<(i64, i64)>) -> Level {
        let (reorder_level, reorder_to) = reorder.unzip();
        Level { quantity, reserved, on_order, reorder_level, reorder_to }
    }

    #[test]
    fn what_is_ordered_when() {
        for (level, order) in [
            (level(5, 0, 0, None), None),
            (level(5, 0, 0, Some((2, 6))), None),
            (level(2, 0, 0, Some((2, 6))), Some(4)),
            (level(0, 0, 0, Some((0, 1))), Some(1)),
            // What a job put aside is not there for others.
            (level(5, 3, 0, Some((2, 6))), Some(4)),
            // A job waits for more than there are, though nobody asked for a stock.
            (level(1, 3, 0, None), Some(2)),
            (level(1, 3, 2, None), None),
            // What is on its way is not ordered again.
            (level(2, 0, 4, Some((2, 6))), None),
            (level(2, 0, 0, Some((2, 2))), Some(1)),
        ] {
            assert_eq!(level.to_order(), order, "{level:?}");
        }
        for (level, spare) in [
            (level(5, 0, 0, None), 5),
            (level(5, 2, 0, Some((1, 6))), 1),
            // What is left is enough not to be ordered at once.
            (level(2, 0, 0, Some((1, 6))), 0),
            (level(1, 3, 0, None), 0),
        ] {
            assert_eq!(level.spare(), spare, "{level:?}");
            assert!(!Level { quantity: level.quantity - level.spare(), ..level }.is_low() || spare == 0);
        }
        assert_eq!(level(1, 3, 2, Some((4, 9))).reason(), "1 there, 3 put aside, 2 on order, to order at 4");
    }

    proptest! {
        #[test]
        fn what_was_ordered_is_enough_and_no_more_than_asked(
            quantity in 0..50i64, reserved in 0..50i64, on_order in 0..50i64,
            reorder in proptest::option::of((0..20i64, 0..20i64)),
        ) {
            let reorder = reorder.map(|(least, more)| (least, least + more));
            let before = level(quantity, reserved, on_order, reorder);
            let Some(order) = before.to_order() else { return Ok(()) };
            prop_assert!(order > 0 && before.is_low() && before.spare() == 0);
            let after = Level { on_order: on_order + order, ..before };
            prop_assert_eq!(after.to_order(), None);
            let come = Level { quantity: quantity + on_order + order, on_order: 0, ..before };
            prop_assert_eq!(come.to_order(), None);
            prop_assert!(!come.is_low());
            let most = reorder.map_or(0, |(least, to)| to.max(least + 1));
            prop_assert_eq!(come.free(), most);
        }
    }
}
