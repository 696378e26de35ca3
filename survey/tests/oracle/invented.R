# An invented survey (invented.csv), BRR weights of it (invented_brr.csv), and what R's package `survey` says of it
# (recorded.csv: name,value). Nothing in it was ever answered by anybody. Run: Rscript invented.R FOLDER
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
set.seed(2015, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
n <- 120
frame <- data.frame(
  stratum = rep(c("coast", "hills", "plain", "river", "south", "woods"), each = 20),
  cluster = rep(1:24, each = 5), pair = rep(sprintf("p%02d", 1:12), each = 10), unit = rep(1:5, 24),
  clusters_in_stratum = rep(c(9, 40, 12, 4, 25, 16), each = 20), units_in_cluster = rep(sample(5:40, 24, TRUE), each = 5))
effect <- rep(rnorm(24, 0, 4), each = 5)
frame$weight <- round(frame$clusters_in_stratum / 4 * frame$units_in_cluster / 5 * runif(n, 0.7, 1.4), 3)
frame$x <- round(50 + effect + rnorm(n, 0, 8), 2)
frame$y <- round(2 * frame$x + effect + rnorm(n, 0, 15), 2)
frame$y[sample(n, 9)] <- NA
frame$item <- pmin(5, pmax(1, round((frame$x - 30) / 9 + rnorm(n))))
frame$item[sample(n, 7)] <- NA
frame$sex <- ifelse(runif(n) < 0.55, "f", "m")
frame$size <- c("large", "medium", "small")[pmin(3, 1 + rpois(n, 0.8))]
# Two strata of one cluster each, the rest as above.
frame$lone <- ifelse(frame$cluster == 1, "lone1", ifelse(frame$cluster == 5, "lone2", frame$stratum))
write.csv(frame, file.path(folder, "invented.csv"), row.names = FALSE, quote = FALSE)

sink <- file(file.path(folder, "recorded.csv"), "w")
put <- function(name, value) cat(sprintf("%s,%.15g\n", name, as.numeric(value)), file = sink, sep = "")
both <- function(name, stat) { put(paste0(name, ".value"), coef(stat)); put(paste0(name, ".se"), SE(stat)) }
ends <- function(name, pair) { put(paste0(name, ".lower"), pair[1]); put(paste0(name, ".upper"), pair[2]) }
set <- function(name, stat) for (i in seq_along(coef(stat))) {
  put(sprintf("%s.%d.value", name, i), coef(stat)[i]); put(sprintf("%s.%d.se", name, i), sqrt(diag(vcov(stat)))[i])
}
frame$answer <- factor(frame$item, levels = 1:5)
designs <- list(
  elements = svydesign(id = ~1, weights = ~weight, data = frame),
  stratified = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = frame),
  clustered = svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = frame),
  finite = svydesign(id = ~cluster, strata = ~stratum, fpc = ~clusters_in_stratum, weights = ~weight, data = frame),
  two = svydesign(id = ~cluster + unit, strata = ~stratum, fpc = ~clusters_in_stratum + units_in_cluster, weights = ~weight, data = frame))
for (name in names(designs)) {
  d <- designs[[name]]; at <- function(what) paste(name, what, sep = ".")
  both(at("mean"), svymean(~x, d)); both(at("total"), svytotal(~x, d))
  both(at("missing_mean"), svymean(~y, d, na.rm = TRUE)); both(at("missing_total"), svytotal(~y, d, na.rm = TRUE))
  r <- svyratio(~y, ~x, d, na.rm = TRUE); put(at("ratio.value"), coef(r)); put(at("ratio.se"), SE(r))
  both(at("domain_mean"), svymean(~x, subset(d, sex == "f"))); both(at("domain_total"), svytotal(~x, subset(d, sex == "f")))
  put(at("domain.degf"), degf(subset(d, sex == "f")))
  set(at("shares"), svymean(~answer, d, na.rm = TRUE)); set(at("by"), svyby(~x, ~size, d, svymean))
  put(at("deff"), deff(svymean(~x, d, deff = TRUE))); put(at("deff_replace"), deff(svymean(~x, d, deff = "replace")))
  q <- svyquantile(~x, d, 0.5)[[1]]; put(at("median.value"), q[1]); ends(at("median"), q[2:3]); put(at("median.se"), q[4])
  for (kind in c("xlogit", "beta")) ends(at(kind), attr(svyciprop(~I(sex == "f"), d, method = kind), "ci"))
  f <- svychisq(~sex + size, d); put(at("F"), f$statistic); put(at("ndf"), f$parameter[1])
  put(at("ddf"), f$parameter[2]); put(at("p"), f$p.value)
  put(at("first_p"), svychisq(~sex + size, d, statistic = "Chisq")$p.value)
}
sexes <- data.frame(sex = c("f", "m"), Freq = c(1000, 900)); d <- designs$finite
known <- c(`(Intercept)` = 1900, sexm = 900, sizemedium = 700, sizesmall = 400, x = 95500)
for (p in list(list("post", postStratify(d, ~sex, sexes)), list("greg", calibrate(d, ~sex + size + x, known)),
  list("exponential", calibrate(d, ~sex + size + x, known, calfun = "raking", epsilon = 1e-12)),
  list("logit", calibrate(d, ~sex + size + x, known, calfun = "logit", bounds = c(0.2, 3), epsilon = 1e-12)))) {
  both(paste0(p[[1]], ".mean"), svymean(~y, p[[2]], na.rm = TRUE)); both(paste0(p[[1]], ".total"), svytotal(~x, p[[2]]))
  both(paste0(p[[1]], ".domain"), svymean(~x, subset(p[[2]], size != "small")))
}
for (policy in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = policy)
  d <- svydesign(id = ~cluster, strata = ~lone, weights = ~weight, data = frame)
  both(paste0("lonely_", policy, ".mean"), svymean(~x, d)); both(paste0("lonely_", policy, ".total"), svytotal(~x, d))
}
options(survey.lonely.psu = "fail")
for (kind in c("JKn", "JK1")) {
  base <- if (kind == "JKn") designs$finite else svydesign(id = ~cluster, weights = ~weight, data = frame)
  d <- as.svrepdesign(base, type = kind)
  both(paste0(kind, ".mean"), svymean(~x, d)); r <- svyratio(~x, ~y, subset(d, !is.na(y)))
  put(paste0(kind, ".ratio.value"), coef(r)); put(paste0(kind, ".ratio.se"), SE(r))
}
halves <- as.svrepdesign(svydesign(id = ~cluster, strata = ~pair, weights = ~weight, data = frame), type = "BRR")
both("BRR.mean", svymean(~x, halves)); both("BRR.total", svytotal(~x, halves)); both("BRR.domain", svymean(~x, subset(halves, sex == "f")))
write.csv(round(weights(halves, "replication"), 10), file.path(folder, "invented_brr.csv"), row.names = FALSE, quote = FALSE)
# Planning, from base R.
put("power.shares", power.prop.test(n = 200, p1 = 0.3, power = 0.8)$p2)
close(sink)
