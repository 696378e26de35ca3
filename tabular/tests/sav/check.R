# Reads what `write_for_others` of ../sav.rs wrote, with haven and with foreign, and compares it with what it wrote:
# Rscript check.R FOLDER
library(haven)
wide <- substr(strrep(paste(letters, collapse = ""), 24), 1, 600)
names <- c("age", "long_name_of_a_short_text", "Città", "story", "weighting", "STORY2", "Chosen_1", "Chosen_2")
texts <- list(c("ééé", "", "12345678"), c("Forlì", "   x", "123456789"), c(wide, strrep("é", 255), ""), c(substr(wide, 1, 256), substr(wide, 2, 256), ""))
numbers <- list(c(0.1, NA, 0), c(1, -99, -100), c(1, 151, 1e300), c(0, 152, 13))
files <- list.files(commandArgs(TRUE)[1], "sav$", full.names = TRUE)
stopifnot(length(files) == 16)
for (file in files) {
  found <- read_sav(file, user_na = TRUE)
  if (grepl("-None-(true|false)-None", file)) {
    # haven 2.5.1 reads no case of a file that is not packed and does not say how many it has (pyreadstat 1.3.7 does).
    cat(basename(file), nrow(found), "cases read by haven\n")
    next
  }
  plain <- lapply(found, function(values) { attributes(values) <- NULL; values })
  epoch <- as.numeric(as.Date("1582-10-14")) * 86400
  # haven makes a moment of the first.
  plain$age <- round(plain$age - epoch, 4)
  stopifnot(
    identical(names(found), names), all.equal(unname(plain[c(1, 5, 7, 8)]), numbers), identical(unname(plain[c(2, 3, 4, 6)]), texts),
    identical(attr(found$age, "label"), "Âge"), identical(attr(found$story, "label"), "€ and other signs"),
    identical(unname(attr(found$Città, "na_values")), c("x", "yy")), identical(attr(found$Città, "labels"), c(wide = "Forlì-de", "said nothing" = ""))
  )
  # foreign leaves segments of very long texts apart, and refuses files that do not say how many cases they have.
  second <- tryCatch(suppressWarnings(foreign::read.spss(file, use.value.labels = FALSE, reencode = FALSE, use.missings = FALSE)), error = conditionMessage)
  if (is.list(second)) {
    stopifnot(all.equal(unname(lapply(second[names[c(1, 5, 7, 8)]], as.numeric)), numbers))
  }
  cat(basename(file), "read by haven;", if (is.list(second)) "numbers by foreign" else paste("foreign:", second), "\n")
}
