# The second way to the figures of the study: R's survey package over the same files of answers, held against estimates.csv and
# verdicts.csv of a finished report. Usage: Rscript study.R FOLDER. Ends with 1 where anything differs.
suppressPackageStartupMessages({library(survey); library(foreign)})
folder <- commandArgs(trailingOnly = TRUE)[1]
# Labels of answers, as the questionnaire has them, by the code that the file of 2015 holds.
codes <- list(
  "function" = c(A1 = "principal_social_worker", A2 = "social_worker", A3 = "president", A4 = "secretary",
                 A5 = "head_social_service", A6 = "other"),
  guidelines = c(A1 = "none", A9 = "unpublished"),
  extension = c(Y = "yes", N = "no"),
  proposal = c(A1 = "abolish", A2 = "simplify", A3 = "support", A4 = "match", A5 = "sanction_procedure"))
often <- c(A1 = "always", A2 = "often", A3 = "rarely", A4 = "never", A9 = "unpublished")
agree <- setNames(as.character(1:6), paste0("A", 1:6))
parts <- list(target = c("work_path", "specific_needs", "homeless", "eris"),
              extension_to = c("eris", "homeless", "over_25", "specific_needs", "work_path", "social_activation"))
compared <- 0; differing <- 0
estimates <- read.csv(file.path(folder, "out/study/estimates.csv"), colClasses = c(wave = "character"))

# Holds the share of one answer, over those who answered the item, against the row of the report.
hold <- function(design, wave, item, answer, gave, answered) {
  row <- estimates[estimates$wave == wave & estimates$item == item & estimates$answer == answer, ]
  # Nobody gave it, and the file does not tell all answers apart: the report has no row for it.
  if (nrow(row) == 0 && !any(gave & answered) && grepl("^sanction", item) && wave == "2015") return(invisible())
  design <- update(design, gave = ifelse(answered, as.numeric(gave), 0), answered = answered)
  inside <- subset(design, answered)
  share <- svymean(~gave, inside)
  low <- row$ci_low; high <- row$ci_high
  if (coef(share) > 0 && coef(share) < 1) {
    limits <- attr(svyciprop(~gave, inside, method = "logit", df = degf(inside)), "ci")
    low <- 100 * limits[1]; high <- 100 * limits[2]
  }
  wanted <- c(sum(answered), sum(gave & answered), 100 * coef(share), 100 * SE(share), low, high)
  found <- unlist(row[c("n", "count", "percent", "standard_error", "ci_low", "ci_high")])
  compared <<- compared + length(wanted)
  # svyciprop finds its limits by iteration.
  off <- abs(found - wanted) > c(0, 0, 1e-8, 1e-8, 1e-4, 1e-4)
  if (nrow(row) != 1 || any(is.na(off)) || any(off)) {
    differing <<- differing + 1
    cat("differs:", wave, item, answer, "\n  report:", found, "\n  R:     ", wanted, "\n")
  }
}

first <- read.csv(file.path(folder, "invented-answers-2015.csv"), check.names = FALSE, colClasses = "character")
began <- nrow(first)
first <- first[first$usable == "Y", ]
first$asked <- 589
design <- svydesign(ids = ~cpas, weights = rep(1, nrow(first)), fpc = ~asked, data = first)
for (item in setdiff(unique(estimates$item[estimates$wave == "2015"]), names(parts))) {
  known <- if (item %in% names(codes)) codes[[item]] else if (grepl("^sanction", item)) often else agree
  cells <- first[[item]]
  for (code in names(known)) hold(design, "2015", item, known[[code]], cells == code, cells != "")
}
for (item in names(parts)) for (place in seq_along(parts[[item]])) {
  answered <- if (item == "extension_to") first$extension == "Y" else rep(TRUE, nrow(first))
  cells <- first[[sprintf("%s[SQ%03d]", item, place)]]
  hold(design, "2015", item, parts[[item]][place], cells == "Y", answered)
}

second <- read.spss(file.path(folder, "invented-answers-2025.sav"), use.value.labels = FALSE, to.data.frame = TRUE,
                    use.missings = TRUE, reencode = FALSE)
names(second) <- sub("_SQ", "[SQ", names(second), fixed = TRUE)
text <- function(column) trimws(as.character(column))
second$cpas <- text(second$cpas); second$stratum <- text(second$stratum)
second$asked <- c(flanders = 285, wallonia = 261, brussels = 19)[second$stratum]
design <- svydesign(ids = ~cpas, strata = ~stratum, weights = ~weight, fpc = ~asked, data = second)
numbers <- list(extension = c(yes = 1, no = 2), sanction = c(always = 1, often = 2, rarely = 3, never = 4))
for (item in intersect(unique(estimates$item[estimates$wave == "2025"]), names(second))) {
  kind <- if (item == "extension") numbers$extension else if (grepl("^sanction", item)) numbers$sanction else
    setNames(1:6, 1:6)
  cells <- second[[item]]
  answered <- !is.na(cells) & cells != -99
  for (answer in names(kind)) hold(design, "2025", item, answer, !is.na(cells) & cells == kind[[answer]], answered)
}
for (place in seq_along(parts$target)) {
  cells <- second[[sprintf("target[SQ%03d", place)]]
  hold(design, "2025", "target", parts$target[place], cells == 1, rep(TRUE, nrow(second)))
}

# The test of two items.
crossed <- svychisq(~extension + answers, update(svydesign(ids = ~cpas, weights = rep(1, nrow(first)), fpc = ~asked, data = first),
                                                 answers = first[["function"]]), statistic = "F")
cat(sprintf("R: extension by function F = %.6f, %.5f and %.5f degrees of freedom, p = %.6f\n", crossed$statistic,
            crossed$parameter[1], crossed$parameter[2], crossed$p.value))
verdicts <- read.csv(file.path(folder, "out/study/verdicts.csv"), colClasses = c(wave = "character"))
counts <- c(response.cpas = length(unique(first$cpas)), response.questionnaires = nrow(first), response.respondents = began)
for (name in names(counts)) {
  compared <- compared + 1
  if (verdicts$exact[verdicts$figure == name] != counts[[name]]) {
    differing <- differing + 1
    cat("differs:", name, "\n")
  }
}
cat(sprintf("study: %d figures held against R, %d differ\n", compared, differing))
quit(status = if (differing > 0) 1 else 0)
