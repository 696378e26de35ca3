# Writes haven.sav (bytecode), haven-plain.sav, haven.zsav and haven.txt, what has to be found in them: invented answers
# of nobody. Run in this folder: Rscript make.R
library(haven)

missing_number <- c(98, 99)
story <- paste0(strrep("é", 200), strrep("abcdefghij", 30), "end")
answers <- data.frame(id = 1:6)
answers$satisfaction_with_the_social_worker <- labelled_spss(
  c(1, 5, 98, NA, 3.5, 99), c("pas du tout" = 1, "tout à fait" = 5, "ne sait pas" = 98, "refus" = 99),
  na_values = missing_number, label = "Êtes-vous satisfait·e de votre assistant social ?"
)
answers$income <- labelled_spss(c(0, 1234.56, -1, 9000, NA, 8999.99), c("none said" = -1), na_range = c(9000, Inf), na_values = -1)
answers$born <- as.Date(c("1980-02-29", "1955-12-31", NA, "1899-01-01", "2001-09-09", "1970-01-01"))
answers$asked <- as.POSIXct(c("2024-03-31 01:30:00", "2024-10-27 23:59:59", NA, "2024-01-01 00:00:00", "2024-06-15 12:00:00", "1970-01-01 00:00:01"), tz = "UTC")
answers$lasted <- hms::hms(c(3600, 59, NA, 86399, 0, 90000))
answers$sex <- labelled_spss(c("F", "M", "", "Z", "F", "M"), c("femme" = "F", "homme" = "M", "sans réponse" = "Z"), na_values = "Z")
answers$town <- labelled_spss(
  c("Liège", "Saint-Josse-ten-Noode", "none", "", "Arlon", "Namur"), c("capital of Wallonia" = "Namur", "in Brussels" = "Saint-Josse-ten-Noode"),
  na_values = c("none", "refused")
)
answers$story <- c(story, "", "short", " leads with a space", strrep("x", 255), strrep("y", 256))
attr(answers$id, "label") <- "Number of the person"
attr(answers$id, "format.spss") <- "F8.0"
attr(answers$born, "format.spss") <- "EDATE10"
for (way in c("byte", "none", "zsav")) {
  name <- c(byte = "haven.sav", none = "haven-plain.sav", zsav = "haven.zsav")[[way]]
  write_sav(answers, name, compress = way)
}

# Days and moments in seconds from 14 October 1582, by R's own calendar.
epoch <- as.numeric(as.Date("1582-10-14")) * 86400
seconds <- answers
seconds$born <- as.numeric(answers$born) * 86400 - epoch
seconds$asked <- as.numeric(answers$asked) - epoch
said <- sapply(seconds, function(values) {
  values <- unclass(values)
  ifelse(is.na(values), "NA", if (is.character(values)) paste0("'", values) else format(as.numeric(values), digits = 17, trim = TRUE, scientific = FALSE, drop0trailing = TRUE))
})
said[is.na(said)] <- "NA"
writeLines(apply(said, 1, paste, collapse = "\t"), "haven.txt", useBytes = TRUE)
