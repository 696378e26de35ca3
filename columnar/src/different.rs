//! `count_different`: how many different numbers each group has, in little memory.
//!
//! DataFusion 55 keeps pairs of group and number in a hash set: up to 34 bytes a pair, and half as much again while it grows.
//! Here a pair is eight bytes in a list that is sorted, and rid of what stands there twice, whenever it has doubled.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};
use std::sync::Arc;

/// Fewer new pairs than these are no reason to sort.
const LEAST: usize = 1 << 16;

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
        Ok(Box::new(Whole(Groups { known: 1, ..Groups::default() })))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::default()))
    }
}

/// The numbers of each group: the group in the upper half of a pair, the number in the lower.
#[derive(Debug, Default)]
struct Groups {
    pairs: Vec<u64>,
    /// So many of them are sorted and different.
    clean: usize,
    known: usize,
}

fn pair(group: usize, number: i64) -> Result<u64> {
    let halves = u32::try_from(group).ok().zip(u32::try_from(number).ok());
    let (group, number) = halves.ok_or_else(|| internal_datafusion_err!("count_different: {group}, {number}"))?;
    Ok(u64::from(group) << 32 | u64::from(number))
}

fn group_of(pair: u64) -> usize {
    usize::try_from(pair >> 32).unwrap_or(usize::MAX)
}

impl Groups {
    fn add(&mut self, group: usize, number: i64) -> Result<()> {
        self.pairs.push(pair(group, number)?);
        Ok(())
    }

    /// Sorts when as much is new as is clean.
    fn settle(&mut self) {
        if self.pairs.len() - self.clean >= self.clean.max(LEAST) {
            self.clear_up();
        }
    }

    fn clear_up(&mut self) {
        if self.clean < self.pairs.len() {
            self.pairs.sort_unstable();
            self.pairs.dedup();
            self.clean = self.pairs.len();
        }
    }

    /// Takes the pairs of the groups to emit, sorted, and says how many groups those are.
    fn take(&mut self, emit_to: EmitTo) -> (Vec<u64>, usize) {
        self.clear_up();
        let groups = match emit_to {
            EmitTo::All => self.known,
            EmitTo::First(groups) => groups,
        };
        let end = self.pairs.partition_point(|pair| group_of(*pair) < groups);
        let left = self.pairs.split_off(end);
        let shift = (groups as u64) << 32;
        let taken = std::mem::replace(&mut self.pairs, left.into_iter().map(|pair| pair - shift).collect());
        self.clean = self.pairs.len();
        self.known -= groups.min(self.known);
        (taken, groups)
    }
}

/// Where the pairs of each group begin, and where the last ends.
fn starts(pairs: &[u64], groups: usize) -> Vec<usize> {
    (0..=groups).map(|group| pairs.partition_point(|pair| group_of(*pair) < group)).collect()
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
        self.known = total_num_groups;
        let numbers = values[0].as_primitive::<Int64Type>();
        for (row, group) in group_indices.iter().enumerate() {
            let is_in = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if is_in && numbers.is_valid(row) {
                self.add(*group, numbers.value(row))?;
            }
        }
        self.settle();
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (pairs, groups) = self.take(emit_to);
        let starts = starts(&pairs, groups);
        Ok(Arc::new(starts.windows(2).map(|ends| Some(whole(ends[1] - ends[0]))).collect::<Int64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (pairs, groups) = self.take(emit_to);
        let starts = starts(&pairs, groups);
        let offsets = starts.into_iter().map(|start| {
            i32::try_from(start).map_err(|_| internal_datafusion_err!("count_different: {start} numbers in one list"))
        });
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets.collect::<Result<Vec<_>>>()?));
        let numbers: Int64Array =
            pairs.into_iter().map(|pair| i64::try_from(pair & u64::from(u32::MAX)).ok()).collect();
        let item = Arc::new(Field::new("item", DataType::Int64, true));
        Ok(vec![Arc::new(ListArray::try_new(item, offsets, Arc::new(numbers), None)?)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.known = total_num_groups;
        let lists = values[0].as_list::<i32>();
        for (row, group) in group_indices.iter().enumerate() {
            let numbers = lists.value(row);
            for number in numbers.as_primitive::<Int64Type>().iter().flatten() {
                self.add(*group, number)?;
            }
            self.settle();
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
        self.pairs.capacity() * size_of::<u64>()
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
        self.0.clear_up();
        Ok(ScalarValue::Int64(Some(whole(self.0.pairs.len()))))
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.known = 1;
        let states = GroupsAccumulator::state(&mut self.0, EmitTo::All)?;
        states.iter().map(|state| ScalarValue::try_from_array(state, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        GroupsAccumulator::merge_batch(&mut self.0, states, &groups, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(of: &[Option<i64>]) -> Vec<ArrayRef> {
        vec![Arc::new(Int64Array::from(of.to_vec()))]
    }

    fn counts(array: &ArrayRef) -> Vec<i64> {
        array.as_primitive::<Int64Type>().iter().flatten().collect()
    }

    /// More pairs than are sorted in one go, against a set of each group; emitted in two parts.
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
                let (group, number) = ((seed >> 33) as usize % 7, (seed >> 40) as i64 % 40_000);
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
        assert!(pair(0, -1).is_err() && pair(0, 1 << 32).is_err());
    }
}
