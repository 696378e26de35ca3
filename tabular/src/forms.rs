//! How numbers and dates are written in a column.
