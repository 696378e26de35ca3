//! Estimates from sample surveys that honour the design, and the attitudes behind sets of items.
