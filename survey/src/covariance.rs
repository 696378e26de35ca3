//! A small symmetric matrix of variances and covariances.

/// Variances and covariances of several estimates, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    size: usize,
    values: Vec<f64>,
}

impl Covariance {
    pub(crate) fn zeros(size: usize) -> Self {
        Self { size, values: vec![0.0; size * size] }
    }

    /// From the upper triangle, row by row.
    pub(crate) fn add_triangle(&mut self, triangle: &[f64]) {
        let mut entries = triangle.iter();
        for row in 0..self.size {
            for column in row..self.size {
                let Some(entry) = entries.next() else { return };
                self.values[row * self.size + column] += entry;
                if column != row {
                    self.values[column * self.size + row] += entry;
                }
            }
        }
    }

    /// Number of estimates.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The covariance of two estimates, the variance of one with itself; `None` where there is none of that place.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<f64> {
        if row < self.size && column < self.size { self.values.get(row * self.size + column).copied() } else { None }
    }

    /// Row by row.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.get(row, column).unwrap_or(0.0)
    }

    /// The variance of a sum of the estimates times `weights`.
    #[must_use]
    pub fn quadratic(&self, weights: &[f64]) -> f64 {
        let row = |(place, weight): (usize, &f64)| {
            weight * weights.iter().enumerate().map(|(other, second)| second * self.at(place, other)).sum::<f64>()
        };
        weights.iter().enumerate().map(row).sum()
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }
}
