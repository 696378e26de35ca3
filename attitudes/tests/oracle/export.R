# Writes psych's bfi data (its 25 items; not checked in) and what R answers about them into a folder: bfi.csv and answers.csv.
# Run anywhere: Rscript attitudes/tests/oracle/export.R FOLDER, then set PARCOURS_R_ORACLE to the folder above `attitudes`.
# Packages: psych, GPArotation, polycor, mvtnorm (Debian: r-cran-psych, r-cran-gparotation, r-cran-polycor, r-cran-mvtnorm).
folder <- commandArgs(trailingOnly = TRUE)[1]
own <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(own), "answers.R"))
dir.create(folder, recursive = TRUE, showWarnings = FALSE)
# Newer versions of psych keep the data in psychTools.
if (!exists("bfi")) data(bfi, package = "psychTools")
items <- bfi[, 1:25]
write.csv(items, file.path(folder, "bfi.csv"), row.names = FALSE, na = "", quote = FALSE)
scales <- split(names(items), substr(names(items), 1, 1))
reversed <- c("A1", "C4", "C5", "E1", "E2", "O2", "O5")
write_answers(answers(items, scales, reversed, 5), file.path(folder, "answers.csv"))
