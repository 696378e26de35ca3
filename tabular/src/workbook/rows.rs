//! Cells put together to rows: every row is handed on, those without cells too, under the limits.

use super::xml::broken;
use super::{Hidden, Merge, Options};
use crate::{Cell, Fault, Limits, Remarks, Row, Stop};
use std::collections::VecDeque;

/// Called for each row.
pub type Each<'e, E> = dyn FnMut(Row<'_, '_>) -> Result<(), E> + 'e;

/// What is known of a sheet before its cells are read.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Merged areas; needed only when they are to be filled.
    pub merges: Vec<Merge>,
    /// Hidden columns, from 0, first and last.
    pub hidden_columns: Vec<(u32, u32)>,
    /// A cell that is given twice has its last value, instead of breaking the sheet.
    pub last_wins: bool,
}

/// Takes cells in the order of rows and hands on rows.
pub struct Rows<'a, 'e, E> {
    each: &'e mut Each<'e, E>,
    limits: &'e Limits,
    skips: bool,
    fills: bool,
    last_wins: bool,
    hidden_columns: Vec<(u32, u32)>,
    /// Merged areas that have not begun, by first row.
    merges: VecDeque<Merge>,
    /// Merged areas that reach the current row, with their value.
    open: Vec<(Merge, Cell<'a>)>,
    /// Rows handed on.
    done: u64,
    /// The row whose cells are being collected, from 0.
    current: Option<u64>,
    current_hidden: bool,
    cells: Vec<Cell<'a>>,
    filled: u64,
    /// Hidden rows that have not been handed on, first and one past the last, in order.
    hidden: VecDeque<(u64, u64)>,
}

impl<'a, 'e, E> Rows<'a, 'e, E> {
    /// Begins a sheet.
    pub fn new(each: &'e mut Each<'e, E>, limits: &'e Limits, options: &Options, before: Before) -> Self {
        let mut merges = before.merges;
        merges.retain(|area| area.first != area.last && area.first.0 <= area.last.0 && area.first.1 <= area.last.1);
        merges.sort_by_key(|area| area.first);
        Rows {
            each,
            limits,
            skips: options.hidden == Hidden::Skip,
            fills: options.fill_merged,
            last_wins: before.last_wins,
            hidden_columns: before.hidden_columns,
            merges: merges.into(),
            open: Vec::new(),
            done: 0,
            current: None,
            current_hidden: false,
            cells: Vec::new(),
            filled: 0,
            hidden: VecDeque::new(),
        }
    }

    /// A row begins, from 0.
    ///
    /// # Errors
    /// What the caller returns; when the row does not come after those before it; when there are too many.
    pub fn begin(&mut self, row: u64, is_hidden: bool) -> Result<(), Stop<E>> {
        self.hide(row, u64::from(is_hidden))?;
        self.current = Some(row);
        self.current_hidden = is_hidden;
        Ok(())
    }

    /// Rows from this one on, from 0, have no cells and may be hidden.
    ///
    /// # Errors
    /// As [`Rows::begin`].
    pub fn pass(&mut self, row: u64, count: u64, is_hidden: bool) -> Result<(), Stop<E>> {
        self.hide(row, if is_hidden { count } else { 0 })?;
        self.current = Some(row.saturating_add(count.saturating_sub(1)));
        self.current_hidden = is_hidden;
        Ok(())
    }

    /// A cell of the current row, column from 0.
    ///
    /// # Errors
    /// When there is more than the limits allow, or a second cell at its place.
    #[inline]
    pub fn cell(&mut self, column: u32, cell: Cell<'a>) -> Result<(), Fault> {
        if matches!(cell, Cell::Empty) {
            return Ok(());
        }
        let row = self.current.unwrap_or(0);
        if column >= self.limits.columns {
            return Err(Fault::too_much("columns", u64::from(self.limits.columns)).at_row(row + 1));
        }
        if row >= self.limits.rows {
            return Err(Fault::too_much("rows", self.limits.rows).at_row(row + 1));
        }
        self.count(1)?;
        let column = column as usize;
        if column == self.cells.len() {
            self.cells.push(cell);
            return Ok(());
        }
        if column > self.cells.len() {
            self.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = self.cells.get_mut(column) {
            if !matches!(place, Cell::Empty) && !self.last_wins {
                return Err(broken("two cells stand at one place").at_row(row + 1));
            }
            *place = cell;
        }
        Ok(())
    }

    /// The sheet is at its end: how many rows were handed on.
    ///
    /// # Errors
    /// What the caller returns.
    pub fn finish(mut self) -> Result<u64, Stop<E>> {
        self.hand_on()?;
        Ok(self.done)
    }

    fn hide(&mut self, row: u64, count: u64) -> Result<(), Stop<E>> {
        if self.current.is_some_and(|current| row <= current) {
            return Err(broken("the rows are not in order").at_row(row.saturating_add(1)).into());
        }
        self.hand_on()?;
        if count > 0 {
            match self.hidden.back_mut() {
                Some((_, end)) if *end == row => *end = row.saturating_add(count),
                _ => self.hidden.push_back((row, row.saturating_add(count))),
            }
        }
        Ok(())
    }

    /// Hands on the current row if it has cells, and the rows without cells above it.
    fn hand_on(&mut self) -> Result<(), Stop<E>> {
        let Some(current) = self.current.filter(|_| !self.cells.is_empty()) else { return Ok(()) };
        let mut cells = std::mem::take(&mut self.cells);
        while self.done < current {
            let is_hidden = self.is_hidden();
            let mut gap = Vec::new();
            self.one(&mut gap, is_hidden)?;
        }
        while self.hidden.front().is_some_and(|(_, end)| *end <= current + 1) {
            self.hidden.pop_front();
        }
        let is_hidden = self.current_hidden;
        self.one(&mut cells, is_hidden)?;
        cells.clear();
        self.cells = cells;
        Ok(())
    }

    fn is_hidden(&mut self) -> bool {
        while self.hidden.front().is_some_and(|(_, end)| *end <= self.done) {
            self.hidden.pop_front();
        }
        self.hidden.front().is_some_and(|(first, _)| *first <= self.done)
    }

    fn one(&mut self, cells: &mut Vec<Cell<'a>>, is_hidden: bool) -> Result<(), Stop<E>> {
        if self.fills {
            self.fill(cells)?;
        }
        if self.skips && is_hidden {
            cells.clear();
        } else if self.skips {
            for (first, last) in &self.hidden_columns {
                let end = cells.len().min((*last as usize).saturating_add(1));
                if let Some(range) = cells.get_mut(*first as usize..end) {
                    range.fill(Cell::Empty);
                }
            }
        }
        self.done += 1;
        let remarks = Remarks { hidden: is_hidden, ..Remarks::default() };
        (self.each)(Row { number: self.done, cells, remarks }).map_err(Stop::Caller)
    }

    fn fill(&mut self, cells: &mut Vec<Cell<'a>>) -> Result<(), Fault> {
        let row = self.done;
        self.open.retain(|(area, _)| u64::from(area.last.0) >= row);
        while let Some(area) = self.merges.pop_front_if(|area| u64::from(area.first.0) <= row) {
            let value = cells.get(area.first.1 as usize).cloned().unwrap_or_default();
            if value != Cell::Empty {
                self.open.push((area, value));
            }
        }
        let (mut added, most) = (self.filled, self.limits.cells);
        for (area, value) in &self.open {
            let end = area.last.1.saturating_add(1).min(self.limits.columns) as usize;
            let first = area.first.1 as usize;
            if cells.len() < end {
                cells.resize(end, Cell::Empty);
            }
            added += 1 + end.saturating_sub(first) as u64;
            if added > most {
                return Err(Fault::too_much("cells", most).at_row(row + 1));
            }
            if let Some(range) = cells.get_mut(first..end) {
                range.fill(value.clone());
            }
        }
        self.filled = added;
        Ok(())
    }

    fn count(&mut self, more: u64) -> Result<(), Fault> {
        self.filled += more;
        if self.filled > self.limits.cells { Err(Fault::too_much("cells", self.limits.cells)) } else { Ok(()) }
    }
}
