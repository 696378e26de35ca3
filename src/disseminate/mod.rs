//! Result tables rendered for people: charts, workbook, page.
