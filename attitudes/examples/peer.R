# The same in psych, on the answers that growth.rs writes:
# cargo run --release -p attitudes --example growth -- --write items.csv; Rscript attitudes/examples/peer.R items.csv [times]
# With a second argument the respondents are repeated so many times: 200 makes 1 000 000.
suppressMessages(library(psych)); suppressMessages(library(GPArotation))
arguments <- commandArgs(trailingOnly = TRUE)
items <- read.csv(arguments[1])
if (length(arguments) > 1) items <- items[rep(seq_len(nrow(items)), as.integer(arguments[2])), ]
peak <- function() trimws(sub("VmHWM:", "", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))
took <- function(what, expression) cat(sprintf("%s: %.3f s, peak %s\n", what, system.time(expression)["elapsed"], peak()))
took(paste("polychoric,", ncol(items), "items,", nrow(items), "rows"), r <- polychoric(items, correct = 0, smooth = FALSE, global = FALSE)$rho)
took("minimum residual, 4 factors", plain <- fa(r, 4, rotate = "none", fm = "minres", n.obs = nrow(items)))
took("oblimin, 100 starts", turned <- lapply(1:100, function(start) {
  set.seed(start)
  suppressWarnings(oblimin(plain$loadings, Tmat = Random.Start(4), eps = 1e-8, maxit = 5000))
}))
value <- sapply(turned, function(one) min(one$Table[, 2]))
best <- turned[[which.min(value)]]
cat("first item's largest loading", format(max(abs(best$loadings[1, ])), digits = 7), "\n")
