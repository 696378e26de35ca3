# Makes invented.csv: 300 invented respondents, nine items on a scale of 1 to 5, three correlated factors behind them, one item
# keyed in reverse (contract_3), a few answers left out. Nobody answered anything. Run: Rscript invented.R invented.csv
file <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20151, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
rows <- 300
phi <- matrix(c(1, 0.4, 0.2, 0.4, 1, 0.3, 0.2, 0.3, 1), 3)
factors <- matrix(rnorm(rows * 3), rows) %*% chol(phi)
loading <- c(0.8, 0.7, 0.6, 0.75, 0.65, -0.55, 0.85, 0.7, 0.5)
names <- paste(rep(c("formal", "contract", "guide"), each = 3), 1:3, sep = "_")
items <- sapply(1:9, function(item) {
  behind <- loading[item] * factors[, (item + 2) %/% 3] + sqrt(1 - loading[item]^2) * rnorm(rows)
  cuts <- c(-1.4, -0.5, 0.3, 1.2) + 0.15 * (item %% 3 - 1)
  findInterval(behind, cuts) + 1
})
items[cbind(sample(rows, 18), sample(9, 18, replace = TRUE))] <- NA
colnames(items) <- names
write.csv(items, file, row.names = FALSE, na = "", quote = FALSE)
