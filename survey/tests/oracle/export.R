# Answers of R's package `survey` for its own `api` data, into a folder: columns as CSV, and answers.csv (name,value).
# The data belong to that package and are not kept here. Run: Rscript export.R FOLDER/survey; then
# PARCOURS_R_ORACLE=FOLDER cargo test --release -p survey --test api
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
data(api)
keep <- function(frame, columns, file) {
  write.csv(frame[columns], file.path(folder, file), row.names = FALSE, quote = FALSE)
}
keep(apistrat, c("stype", "pw", "fpc", "api00", "api99", "enroll", "sch.wide", "awards", "meals", "ell"), "apistrat.csv")
keep(apiclus1, c("dnum", "stype", "pw", "fpc", "api00", "api99", "enroll", "sch.wide", "awards", "meals"), "apiclus1.csv")
keep(apiclus2, c("dnum", "snum", "pw", "fpc1", "fpc2", "stype", "api00", "api99", "enroll", "sch.wide", "awards"), "apiclus2.csv")

sink <- file(file.path(folder, "answers.csv"), "w")
put <- function(name, value) cat(sprintf("%s,%.15g\n", name, as.numeric(value)), file = sink, sep = "")
both <- function(name, stat) {
  put(paste0(name, ".value"), coef(stat))
  put(paste0(name, ".se"), SE(stat))
}
set <- function(name, stat) {
  for (i in seq_along(coef(stat))) {
    put(sprintf("%s.%d.value", name, i), coef(stat)[i])
    put(sprintf("%s.%d.se", name, i), sqrt(diag(vcov(stat)))[i])
  }
}
ends <- function(name, pair) { put(paste0(name, ".lower"), pair[1]); put(paste0(name, ".upper"), pair[2]) }
chisq <- function(name, rows_by_columns, design) {
  f <- svychisq(rows_by_columns, design, statistic = "F")
  put(paste0(name, ".F"), f$statistic); put(paste0(name, ".ndf"), f$parameter[1])
  put(paste0(name, ".ddf"), f$parameter[2]); put(paste0(name, ".p"), f$p.value)
  c <- svychisq(rows_by_columns, design, statistic = "Chisq")
  put(paste0(name, ".pearson"), c$statistic); put(paste0(name, ".first_p"), c$p.value)
}

strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
clus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)

# Means, totals, ratios, covariances, design effects.
both("strat.mean", svymean(~api00, strat)); both("strat.total", svytotal(~enroll, strat))
both("clus1.mean", svymean(~api00, clus1)); both("clus2.mean", svymean(~api00, clus2))
both("clus2.total_missing", svytotal(~enroll, clus2, na.rm = TRUE))
both("clus2.mean_missing", svymean(~enroll, clus2, na.rm = TRUE))
put("strat.covariance", vcov(svymean(~api00 + api99, strat))[1, 2])
ends("strat.mean_interval", confint(svymean(~api00, strat), df = degf(strat)))
ratio <- svyratio(~api00, ~api99, strat, deff = TRUE)
put("strat.ratio.value", coef(ratio)); put("strat.ratio.se", SE(ratio)); put("strat.ratio.deff", deff(ratio))
put("clus1.mean.deff", deff(svymean(~api00, clus1, deff = TRUE)))
put("clus1.mean.deff_replace", deff(svymean(~api00, clus1, deff = "replace")))
put("strat.total.deff", deff(svytotal(~enroll, strat, deff = TRUE)))
for (name in c("strat", "clus1", "clus2")) put(paste0(name, ".degf"), degf(get(name)))

# Domains and groups.
long <- subset(strat, api99 > 600); wide <- subset(clus2, sch.wide == "Yes")
both("strat.domain_mean", svymean(~api00, long)); both("strat.domain_total", svytotal(~enroll, long))
put("strat.domain_total.deff", deff(svytotal(~enroll, long, deff = TRUE)))
both("clus2.domain_mean", svymean(~api00, wide)); put("clus2.domain.degf", degf(wide))
set("clus1.by", svyby(~api00, ~stype, clus1, svymean)); set("strat.by", svyby(~enroll, ~awards, strat, svytotal))
put("clus1.by.covariance", vcov(svyby(~api00, ~stype, clus1, svymean, covmat = TRUE))[1, 2])
set("clus1.shares", svymean(~stype, clus1)); set("clus1.counts", svytotal(~stype, clus1))
by_award <- svymean(~stype, subset(strat, awards == "Yes")); set("strat.shares_of_awards", by_award)

# Quantiles and intervals.
for (p in c(0.1, 0.25, 0.5, 0.75)) for (name in c("strat", "clus1")) {
  q <- svyquantile(~api00, get(name), p)[[1]]
  label <- sprintf("%s.quantile%g", name, 100 * p)
  put(paste0(label, ".value"), q[1]); ends(label, q[2:3]); put(paste0(label, ".se"), q[4])
}
put("strat.median_school", svyquantile(~api00, strat, 0.5, qrule = "school")[[1]][1])
for (kind in c("logit", "xlogit", "beta", "mean")) for (name in c("strat", "clus1")) {
  ends(sprintf("%s.%s", name, kind), attr(svyciprop(~I(awards == "Yes"), get(name), method = kind), "ci"))
}
ends("clus1.beta90", attr(svyciprop(~I(stype == "E"), clus1, method = "beta", level = 0.9), "ci"))
# Wilson with the effective sample size of Korn and Graubard: the classical interval of base R, given that size.
for (name in c("strat", "clus1")) {
  d <- get(name); m <- svymean(~I(awards == "Yes"), d); p <- coef(m)[2]; n <- nrow(d)
  size <- p * (1 - p) / vcov(m)[2, 2] * (qt(0.025, n - 1) / qt(0.025, degf(d)))^2
  ends(sprintf("%s.wilson", name), suppressWarnings(prop.test(p * size, size, correct = FALSE)$conf.int))
}

# Tests.
chisq("clus1.chisq", ~sch.wide + stype, clus1); chisq("strat.chisq", ~awards + stype, strat)
chisq("clus2.chisq", ~sch.wide + stype, clus2); chisq("strat.domain_chisq", ~sch.wide + stype, long)

# Calibration.
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wides <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
known <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
figures <- function(name, d) {
  both(paste0(name, ".mean"), svymean(~api00, d)); both(paste0(name, ".total"), svytotal(~enroll, d, na.rm = TRUE))
  both(paste0(name, ".domain"), svymean(~api00, subset(d, awards == "Yes")))
}
figures("clus1.post", postStratify(clus1, ~stype, types))
figures("clus1.rake", rake(clus1, list(~stype, ~sch.wide), list(types, wides), control = list(epsilon = 1e-12, maxit = 500)))
figures("clus1.greg", calibrate(clus1, ~stype + api99, known))
figures("clus1.exponential", calibrate(clus1, ~stype + api99, known, calfun = "raking", epsilon = 1e-12))
figures("clus1.logit_bounds", calibrate(clus1, ~stype + api99, known, calfun = "logit", bounds = c(0.4, 2.2), epsilon = 1e-12))
figures("clus1.linear_bounds", calibrate(clus1, ~stype + api99, known, bounds = c(0.5, 2), epsilon = 1e-12))
figures("clus2.post", postStratify(clus2, ~stype, types))
figures("strat.greg", calibrate(strat, ~stype + api99, known))
figures("strat.rake", calibrate(strat, ~stype + sch.wide, c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122),
  calfun = "raking", epsilon = 1e-12))

# Replicates.
jk1 <- as.svrepdesign(clus1, type = "JK1"); jkn <- as.svrepdesign(strat, type = "JKn")
for (name in c("jk1", "jkn")) {
  d <- get(name)
  both(paste0(name, ".mean"), svymean(~api00, d)); both(paste0(name, ".total"), svytotal(~enroll, d, na.rm = TRUE))
  r <- svyratio(~api00, ~api99, d); put(paste0(name, ".ratio.value"), coef(r)); put(paste0(name, ".ratio.se"), SE(r))
  both(paste0(name, ".domain"), svymean(~api00, subset(d, awards == "Yes")))
}
jk1$mse <- TRUE; both("jk1_mse.mean", svymean(~api00, jk1)); jk1$mse <- FALSE
both("jk1_rake.mean", svymean(~api00, rake(jk1, list(~stype, ~sch.wide), list(types, wides), control = list(epsilon = 1e-12, maxit = 500))))
both("jk1_greg.mean", svymean(~api00, calibrate(jk1, ~stype + api99, known)))
close(sink)
