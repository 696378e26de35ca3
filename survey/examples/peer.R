# The tables of examples/growth.rs in R's package `survey`, from the file that example writes:
#   cargo run --release -p survey --example growth -- --write FILE
#   Rscript survey/examples/peer.R FILE [ITEMS]
# Prints the seconds for as many items as were asked for (3), each measured, and none extrapolated.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
items <- if (length(arguments) > 1) as.integer(arguments[2]) else 3L
header <- names(read.csv(arguments[1], nrows = 1))
kinds <- ifelse(header %in% c("stratum", "cluster"), "integer", ifelse(header == "weight", "numeric", "NULL"))
kinds[header %in% paste0("item", seq_len(items))] <- "integer"
frame <- read.csv(arguments[1], colClasses = kinds)
for (name in paste0("item", seq_len(items))) frame[[name]] <- factor(frame[[name]])
tell <- function(name, make) {
  built <- system.time(design <- make())["elapsed"]
  took <- system.time(tables <- lapply(paste0("~item", seq_len(items)), function(item) {
    svymean(as.formula(item), design, na.rm = TRUE)
  }))["elapsed"]
  cat(sprintf("%s: design %.2f s, %d tables %.2f s\n", name, built, items, took))
  for (number in seq_len(min(2, items))) {
    cat("  item ", number, ": ", paste(sprintf("%.10f (%.10f)", coef(tables[[number]]), SE(tables[[number]])), collapse = "  "), "\n", sep = "")
  }
}
tell("single units", function() svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = frame))
tell("clusters", function() svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = frame))
status <- readLines("/proc/self/status")
cat(sub("VmHWM:\\s*", "peak ", grep("VmHWM", status, value = TRUE)), "\n")
