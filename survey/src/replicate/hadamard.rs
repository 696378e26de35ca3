//! Hadamard matrices: signs whose rows and columns agree in exactly half of the places.
//!
//! Made by doubling (Sylvester 1867) and by quadratic residues (Paley 1933, both ways) for prime numbers. Not every order
//! that is known can be reached so; the next one that can is taken, which costs a few replicates.

/// The smallest matrix here with at least `least` rows; its first row and column are all true.
#[must_use]
pub fn hadamard(least: usize) -> Vec<Vec<bool>> {
    let mut order = if least <= 2 { least.max(1) } else { least.div_ceil(4) * 4 };
    loop {
        // Powers of two end the search.
        if let Some(matrix) = of_order(order) {
            return normalised(matrix);
        }
        order += 4;
    }
}

fn of_order(order: usize) -> Option<Vec<Vec<bool>>> {
    match order {
        0 => None,
        1 => Some(vec![vec![true]]),
        _ if order.is_multiple_of(4) && is_prime(order - 1) => Some(paley_first(order - 1)),
        _ if order.is_multiple_of(4) && is_prime(order / 2 - 1) && (order / 2 - 1) % 4 == 1 => {
            Some(paley_second(order / 2 - 1))
        }
        _ if order.is_multiple_of(2) => of_order(order / 2).map(|half| doubled(&half)),
        _ => None,
    }
}

fn is_prime(number: usize) -> bool {
    number > 1 && (2..).take_while(|divisor| divisor * divisor <= number).all(|divisor| !number.is_multiple_of(divisor))
}

fn doubled(half: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let row = |row: &Vec<bool>, same: bool| row.iter().copied().chain(row.iter().map(|sign| *sign == same)).collect();
    half.iter().map(|signs| row(signs, true)).chain(half.iter().map(|signs| row(signs, false))).collect()
}

/// For each difference, whether it is a square modulo `prime`.
fn residues(prime: usize) -> Vec<bool> {
    let mut squares = vec![false; prime];
    for root in 1..prime {
        if let Some(square) = squares.get_mut(root * root % prime) {
            *square = true;
        }
    }
    squares
}

/// A core of residues with a border: 0 on the diagonal, given as `None`.
fn bordered(prime: usize, first_column: bool) -> impl Fn(usize, usize) -> Option<bool> {
    let squares = residues(prime);
    move |row, column| match (row, column) {
        _ if row == column => None,
        (0, _) => Some(true),
        (_, 0) => Some(first_column),
        _ => squares.get((row + prime - column) % prime).copied(),
    }
}

/// Order `prime` + 1, for primes that leave 3 by 4: skew core plus the unit matrix.
fn paley_first(prime: usize) -> Vec<Vec<bool>> {
    let sign = bordered(prime, false);
    (0..=prime).map(|row| (0..=prime).map(|column| sign(row, column).unwrap_or(true)).collect()).collect()
}

/// Order 2 (`prime` + 1), for primes that leave 1 by 4: every sign of the symmetric core becomes a block.
fn paley_second(prime: usize) -> Vec<Vec<bool>> {
    let sign = bordered(prime, true);
    let entry = |row: usize, column: usize| {
        let both_second = row % 2 == 1 && column % 2 == 1;
        match sign(row / 2, column / 2) {
            // Blocks (+ +, + -) times the sign; (+ -, - -) on the diagonal.
            Some(sign) => sign != both_second,
            None => row.is_multiple_of(2) && column.is_multiple_of(2),
        }
    };
    (0..2 * (prime + 1)).map(|row| (0..2 * (prime + 1)).map(|column| entry(row, column)).collect()).collect()
}

/// Rows and columns turned so that the first of each is true; agreement in half of the places stays.
fn normalised(mut matrix: Vec<Vec<bool>>) -> Vec<Vec<bool>> {
    let first_row = matrix.first().cloned().unwrap_or_default();
    for row in &mut matrix {
        for (sign, first) in row.iter_mut().zip(&first_row) {
            *sign = *sign == *first;
        }
        let first = row.first().copied().unwrap_or(true);
        row.iter_mut().for_each(|sign| *sign = *sign == first);
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::hadamard;

    #[test]
    fn rows_and_columns_agree_in_half_of_the_places() {
        for least in (1..130).chain([200, 333]) {
            let matrix = hadamard(least);
            let order = matrix.len();
            assert!(order >= least && order <= least + 16, "{least}: {order}");
            assert!(matrix[0].iter().all(|sign| *sign) && matrix.iter().all(|row| row.len() == order && row[0]));
            for a in 0..order {
                for b in 0..a {
                    assert_eq!(2 * (0..order).filter(|k| matrix[a][*k] == matrix[b][*k]).count(), order);
                    assert_eq!(2 * (0..order).filter(|k| matrix[*k][a] == matrix[*k][b]).count(), order);
                }
            }
        }
    }
}
