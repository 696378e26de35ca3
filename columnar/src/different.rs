//! `count_different`: how many different numbers each group has, in little memory.
//!
//! DataFusion 55 keeps pairs of group and number in a hash set: up to 34 bytes a pair, and half as much again while it grows.
//! Here a number is four bytes in a list of its group, or a bit where the group has most of them.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};
use std::sync::Arc;

/// Fewer new numbers than these are no reason to sort.
const LEAST: usize = 64;

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CountDifferent {
    signature: Signature,
}

impl CountDifferent {
    pub(crate) fn new() -> Self {
        CountDifferent { signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for CountDifferent {
    fn name(&self) -> &'static str {
        "count_different"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn default_value(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(0)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let item = Arc::new(Field::new("item", DataType::Int64, true));
        Ok(vec![Arc::new(Field::new(format_state_name(args.name, "numbers"), DataType::List(item), true))])
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Whole(Groups::default())))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::default()))
    }
}

/// Different numbers: a list that is sorted, and rid of what stands there twice, whenever it has doubled; from when that is no
/// longer than a bit for each number there can be, those bits.
#[derive(Debug)]
enum Different {
    List { numbers: Vec<u32>, clean: usize },
    Bits(Vec<u64>),
}

impl Default for Different {
    fn default() -> Self {
        Different::List { numbers: Vec::new(), clean: 0 }
    }
}

impl Different {
    fn add(&mut self, number: u32) {
        match self {
            Different::List { numbers, clean } => {
                // Rows of one person often stand together.
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                    if numbers.len() - *clean >= LEAST.max(*clean) {
                        self.clear_up();
                    }
                }
            }
            Different::Bits(bits) => set(bits, number),
        }
    }

    fn clear_up(&mut self) {
        let Different::List { numbers, clean } = self else { return };
        if *clean == numbers.len() {
            return;
        }
        numbers.sort_unstable();
        numbers.dedup();
        *clean = numbers.len();
        let most = numbers.last().map_or(0, |most| *most as usize);
        if numbers.len() >= LEAST && most / 32 <= numbers.len() {
            let mut bits = vec![0; most / 64 + 1];
            numbers.iter().for_each(|number| set(&mut bits, *number));
            *self = Different::Bits(bits);
        }
    }

    fn count(&mut self) -> usize {
        self.clear_up();
        match self {
            Different::List { numbers, .. } => numbers.len(),
            Different::Bits(bits) => bits.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    /// The numbers in their order.
    fn into_numbers(mut self) -> Vec<u32> {
        self.clear_up();
        match self {
            Different::List { numbers, .. } => numbers,
            Different::Bits(bits) => {
                let of_word = |(place, word): (usize, &u64)| {
                    let (place, word) = (u32::try_from(place * 64).unwrap_or(u32::MAX), *word);
                    (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| place + bit)
                };
                bits.iter().enumerate().flat_map(of_word).collect()
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Different::List { numbers, .. } => numbers.capacity() * size_of::<u32>(),
            Different::Bits(bits) => bits.capacity() * size_of::<u64>(),
        }
    }
}

fn set(bits: &mut Vec<u64>, number: u32) {
    let word = number as usize / 64;
    if word >= bits.len() {
        bits.resize(word + 1, 0);
    }
    bits[word] |= 1 << (number % 64);
}

/// The numbers of each group.
#[derive(Debug, Default)]
struct Groups {
    sets: Vec<Different>,
    /// Bytes of them, reckoned anew after every batch that may have added much.
    bytes: usize,
    added: usize,
}

impl Groups {
    fn add(&mut self, group: usize, number: i64) -> Result<()> {
        let number = u32::try_from(number).map_err(|_| internal_datafusion_err!("count_different: {number}"))?;
        let set = self.sets.get_mut(group).ok_or_else(|| internal_datafusion_err!("count_different: group {group}"))?;
        set.add(number);
        Ok(())
    }

    fn know(&mut self, groups: usize) {
        self.sets.resize_with(groups.max(self.sets.len()), Different::default);
    }

    fn reckon(&mut self, added: usize) {
        self.added += added;
        if self.added * size_of::<u32>() >= self.bytes / 8 {
            let own = self.sets.capacity() * size_of::<Different>();
            self.bytes = own + self.sets.iter().map(Different::size).sum::<usize>();
            self.added = 0;
        }
    }

    /// Takes the sets of the groups to emit.
    fn take(&mut self, emit_to: EmitTo) -> Vec<Different> {
        let groups = match emit_to {
            EmitTo::All => self.sets.len(),
            EmitTo::First(groups) => groups.min(self.sets.len()),
        };
        let left = self.sets.split_off(groups);
        std::mem::replace(&mut self.sets, left)
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.know(total_num_groups);
        let numbers = values[0].as_primitive::<Int64Type>();
        for (row, group) in group_indices.iter().enumerate() {
            let is_in = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if is_in && numbers.is_valid(row) {
                self.add(*group, numbers.value(row))?;
            }
        }
        self.reckon(group_indices.len());
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut sets = self.take(emit_to);
        Ok(Arc::new(sets.iter_mut().map(|set| Some(whole(set.count()))).collect::<Int64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (mut offsets, mut numbers) = (vec![0_i32], Vec::new());
        for set in self.take(emit_to) {
            numbers.extend(set.into_numbers().into_iter().map(i64::from));
            let end = numbers.len();
            let end = i32::try_from(end).map_err(|_| internal_datafusion_err!("count_different: {end} in one list"))?;
            offsets.push(end);
        }
        let item = Arc::new(Field::new("item", DataType::Int64, true));
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(vec![Arc::new(ListArray::try_new(item, offsets, Arc::new(Int64Array::from(numbers)), None)?)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.know(total_num_groups);
        let lists = values[0].as_list::<i32>();
        for (row, group) in group_indices.iter().enumerate() {
            let numbers = lists.value(row);
            for number in numbers.as_primitive::<Int64Type>().iter().flatten() {
                self.add(*group, number)?;
            }
            self.reckon(numbers.len());
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        // Each row as a group of its own.
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut single = Groups::default();
        single.update_batch(values, &rows, filter, rows.len())?;
        GroupsAccumulator::state(&mut single, EmitTo::All)
    }

    fn size(&self) -> usize {
        self.bytes
    }
}

/// All rows as one group.
#[derive(Debug)]
struct Whole(Groups);

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; values[0].len()];
        self.0.update_batch(values, &groups, None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let count = self.0.sets.first_mut().map_or(0, Different::count);
        Ok(ScalarValue::Int64(Some(whole(count))))
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.know(1);
        let states = GroupsAccumulator::state(&mut self.0, EmitTo::All)?;
        states.iter().map(|state| ScalarValue::try_from_array(state, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        GroupsAccumulator::merge_batch(&mut self.0, states, &groups, 1)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn numbers(of: &[Option<i64>]) -> Vec<ArrayRef> {
        vec![Arc::new(Int64Array::from(of.to_vec()))]
    }

    fn counts(array: &ArrayRef) -> Vec<i64> {
        array.as_primitive::<Int64Type>().iter().flatten().collect()
    }

    /// More numbers than are sorted in one go, against a set of each group; emitted in two parts. Some groups become bits.
    #[test]
    fn the_same_as_a_set_of_each_group() {
        let mut groups = Groups::default();
        let mut sets = vec![std::collections::BTreeSet::new(); 7];
        let mut seed = 7_u64;
        for _ in 0..60 {
            let mut values = Vec::new();
            let mut indices = Vec::new();
            for _ in 0..8_192 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let group = (seed >> 33) as usize % 7;
                // The first two groups hold few numbers of many, the others most of theirs.
                let number = if group < 2 { (seed >> 58) as i64 * 1_000_003 } else { (seed >> 40) as i64 % 40_000 };
                values.push((number % 11 != 0).then_some(number));
                indices.push(group);
                if number % 11 != 0 {
                    sets[group].insert(number);
                }
            }
            groups.update_batch(&numbers(&values), &indices, None, 8).unwrap();
        }
        let wanted: Vec<i64> = sets.iter().map(|set| whole(set.len())).collect();
        let state = GroupsAccumulator::state(&mut groups, EmitTo::First(3)).unwrap();
        let mut merged = Groups::default();
        merged.merge_batch(&state, &[2, 0, 1], 3).unwrap();
        assert_eq!(counts(&merged.evaluate(EmitTo::All).unwrap()), [wanted[1], wanted[2], wanted[0]]);
        assert_eq!(counts(&groups.evaluate(EmitTo::First(1)).unwrap()), wanted[3..4]);
        // The eighth group has no number.
        let mut rest = wanted[4..].to_vec();
        rest.push(0);
        assert_eq!(counts(&groups.evaluate(EmitTo::All).unwrap()), rest);
    }

    #[test]
    fn a_row_that_is_filtered_out_counts_no_more_than_one_without_a_number() {
        let mut groups = Groups::default();
        let filter = BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]);
        groups.update_batch(&numbers(&[Some(1), Some(2), Some(3), None]), &[0, 0, 0, 0], Some(&filter), 2).unwrap();
        assert_eq!(counts(&groups.evaluate(EmitTo::All).unwrap()), [1, 0]);
        groups.know(1);
        assert!(groups.add(0, -1).is_err() && groups.add(0, 1 << 32).is_err() && groups.add(0, 7).is_ok());
    }
}
