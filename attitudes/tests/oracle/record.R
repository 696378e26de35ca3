# Makes recorded.csv, what R answers about invented.csv. Run in this folder: Rscript record.R invented.csv recorded.csv
# Packages: psych, GPArotation, polycor, mvtnorm (Debian: r-cran-psych, r-cran-gparotation, r-cran-polycor, r-cran-mvtnorm).
arguments <- commandArgs(trailingOnly = TRUE)
source("answers.R")
scales <- list(formal = paste("formal", 1:3, sep = "_"), contract = paste("contract", 1:3, sep = "_"), guide = paste("guide", 1:3, sep = "_"))
write_answers(answers(read.csv(arguments[1]), scales, "contract_3", 3), arguments[2])
