# What R answers about a set of items, as a list of names and values. Used for the invented set (record.R) and for bfi (export.R).
suppressMessages(library(psych))
suppressMessages(library(GPArotation))

# Factors in decreasing order of squared loadings, the sum of loadings positive: the rule of the crate.
arranged <- function(loadings, phi = diag(ncol(loadings))) {
  loadings <- unclass(loadings)[, , drop = FALSE]
  order <- order(-colSums(loadings^2))
  sign <- ifelse(colSums(loadings) < 0, -1, 1)[order]
  list(loadings = loadings[, order, drop = FALSE] %*% diag(sign, length(sign)),
       phi = diag(sign, length(sign)) %*% phi[order, order, drop = FALSE] %*% diag(sign, length(sign)))
}

answers <- function(data, scales, reversed, factors) {
  found <- list()
  put <- function(name, value) found[[name]] <<- as.numeric(value)
  put_matrix <- function(name, value) {
    value <- unclass(value)
    for (i in seq_len(nrow(value))) for (j in seq_len(ncol(value))) put(paste(name, i, j, sep = "."), value[i, j])
  }
  put_vector <- function(name, value) for (i in seq_along(value)) put(paste(name, i, sep = "."), value[i])
  quiet <- function(expression) suppressWarnings(suppressMessages(expression))
  complete <- data[complete.cases(data), ]
  weight <- 0.5 + ((seq_len(nrow(data)) - 1) %% 7) / 4
  whole <- weight[complete.cases(data)]

  # Reliability.
  for (scale in names(scales)) {
    own <- data[, scales[[scale]]]
    keys <- intersect(scales[[scale]], reversed)
    for (rule in c("listwise", "pairwise")) {
      used <- if (rule == "listwise") own[complete.cases(own), ] else own
      result <- quiet(psych::alpha(used, keys = if (length(keys)) keys else NULL, check.keys = FALSE))
      name <- function(what) paste("alpha", scale, rule, what, sep = ".")
      put(name("raw"), result$total$raw_alpha)
      put(name("standardised"), result$total$std.alpha)
      put(name("average"), result$total$average_r)
      put_vector(name("without"), result$alpha.drop$raw_alpha)
      put_vector(name("standardised_without"), result$alpha.drop$std.alpha)
      if (rule == "listwise") {
        put(name("rows"), nrow(used))
        ends <- alpha.ci(result$total$raw_alpha, nrow(used), ncol(used))
        put(name("feldt_low"), ends$lower.ci)
        put(name("feldt_high"), ends$upper.ci)
        put(name("ase"), result$total$ase)
        turned <- used
        for (key in keys) turned[, key] <- -turned[, key]
        put_vector(name("item_rest"), sapply(seq_along(turned), function(i) cor(turned[, i], rowSums(turned[, -i]))))
        put_vector(name("sd"), apply(used, 2, sd))
        # Scores of the scale: reversed by 1 + (greatest) - x.
        for (key in keys) turned[, key] <- min(data, na.rm = TRUE) + max(data, na.rm = TRUE) + turned[, key]
        put_vector(name("mean_scores"), rowMeans(turned)[1:5])
      }
    }
    covariance <- cov.wt(complete[, scales[[scale]]], wt = whole)$cov
    sign <- diag(ifelse(scales[[scale]] %in% keys, -1, 1))
    covariance <- sign %*% covariance %*% sign
    k <- ncol(covariance)
    put(paste("alpha", scale, "weighted", sep = "."), k / (k - 1) * (1 - sum(diag(covariance)) / sum(covariance)))
  }

  # Correlations.
  pearson <- cor(data, use = "pairwise")
  put_matrix("pearson", pearson)
  put_matrix("spearman", cor(data, use = "pairwise", method = "spearman"))
  put_matrix("pearson_weighted", cov.wt(complete, wt = whole, cor = TRUE)$cor)
  poly <- function(...) quiet(psych::polychoric(data, smooth = FALSE, max.cat = 10, ...))$rho
  put_matrix("polychoric", poly(global = FALSE, correct = 0))
  put_matrix("polychoric_items", poly(global = TRUE, correct = 0))
  # The two steps again, with the integral of mvtnorm, to more digits than optimize() leaves psych.
  exact <- function(x, y, fill = 0) {
    table <- table(x, y)
    table[table == 0] <- fill
    cut <- function(mass) c(-Inf, qnorm(cumsum(mass) / sum(mass))[-length(mass)], Inf)
    h <- cut(rowSums(table)); k <- cut(colSums(table))
    minus <- function(r) {
      cell <- Vectorize(function(i, j) mvtnorm::pmvnorm(c(h[i], k[j]), c(h[i + 1], k[j + 1]), corr = matrix(c(1, r, r, 1), 2)))
      probability <- outer(seq_len(nrow(table)), seq_len(ncol(table)), cell)
      used <- table > 0
      -sum(table[used] * log(probability[used]))
    }
    # The slope's root has more digits than the value's bottom.
    slope <- function(r) (minus(r + 1e-4) - minus(r - 1e-4)) / 2e-4
    near <- optimize(minus, c(-0.99, 0.99), tol = 1e-6)$minimum
    uniroot(slope, c(near - 0.01, near + 0.01), tol = 1e-11)$root
  }
  for (pair in list(c(1, 2), c(1, 6), c(4, 9), c(7, 8))) {
    put(paste("polychoric_exact", pair[1], pair[2], sep = "."), exact(data[, pair[1]], data[, pair[2]]))
    # psych fills empty cells as well, but takes thresholds from margins that then sum to more than 1.
    put(paste("polychoric_filled", pair[1], pair[2], sep = "."), exact(data[, pair[1]], data[, pair[2]], 0.5))
    put(paste("polycor", pair[1], pair[2], sep = "."), polycor::polychor(data[, pair[1]], data[, pair[2]]))
  }

  # Adequacy, of the correlations of complete rows.
  r <- cor(complete); n <- nrow(complete)
  put("rows", n)
  put("kmo", KMO(r)$MSA)
  put_vector("kmo_item", KMO(r)$MSAi)
  sphericity <- cortest.bartlett(r, n = n)
  put("bartlett", sphericity$chisq); put("bartlett_df", sphericity$df)
  put("bartlett_log_p", pchisq(sphericity$chisq, sphericity$df, lower.tail = FALSE, log.p = TRUE))
  pdf(NULL)
  parallel <- quiet(fa.parallel(complete, fa = "both", SMC = TRUE, n.iter = 20, plot = FALSE))
  put_vector("eigenvalues", parallel$pc.values)
  put_vector("eigenvalues_reduced", parallel$fa.values)
  set.seed(1)
  drawn <- replicate(1000, {
    random <- cor(matrix(rnorm(n * ncol(r)), n))
    reduced <- random
    diag(reduced) <- 1 - 1 / diag(solve(random))
    c(eigen(random, TRUE, TRUE)$values, eigen(reduced, TRUE, TRUE)$values)
  })
  limits <- apply(drawn, 1, quantile, 0.95)
  put_vector("parallel_components", limits[seq_len(ncol(r))])
  put_vector("parallel_factors", limits[-seq_len(ncol(r))])

  # Extraction.
  squares <- function(l) { e <- r - l %*% t(l); diag(e) <- 0; sum(e^2) / 2 }
  for (method in c("minres", "pa", "ml")) {
    fit <- quiet(fa(r, nfactors = factors, rotate = "none", fm = method, n.obs = n, min.err = 1e-13, max.iter = 20000))
    put_vector(paste(method, "communality", sep = "."), fit$communality)
    put(paste(method, "squares", sep = "."), squares(fit$loadings))
    put(paste(method, "rmsr", sep = "."), fit$rms)
    if (method == "pa") axis <- unclass(fit$loadings)[, , drop = FALSE]
    if (method == "ml") { put("ml.tli", fit$TLI); put("ml.rmsea", fit$RMSEA[1]) }
  }
  put_matrix("axis", arranged(axis)$loadings)
  likely <- factanal(covmat = r, factors = factors, n.obs = n, rotation = "none",
                     control = list(nstart = 4, opt = list(factr = 10, maxit = 5000)))
  put_vector("factanal.uniqueness", likely$uniquenesses)
  put("factanal.discrepancy", likely$criteria["objective"])
  put("factanal.chi", likely$STATISTIC); put("factanal.df", likely$dof); put("factanal.p", likely$PVAL)

  # Rotation, all of the same loadings: those of principal axis.
  axis <- arranged(axis)$loadings
  for (kaiser in c(TRUE, FALSE)) {
    name <- function(what) paste(what, if (kaiser) "kaiser" else "raw", sep = "_")
    turned <- varimax(axis, normalize = kaiser, eps = 1e-15)
    put_matrix(name("varimax"), arranged(turned$loadings)$loadings)
    # promax() begins with a varimax of its own, with Kaiser's normalisation; without it the least squares are done here.
    sharp <- if (kaiser) stats::promax(turned$loadings, m = 4)$rotmat else {
      plain <- unclass(turned$loadings)
      turn <- lm(plain * abs(plain)^3 ~ 0 + plain)$coefficients
      turn %*% diag(sqrt(diag(solve(crossprod(turn)))))
    }
    turn <- solve(sharp)
    sharp <- arranged(unclass(turned$loadings) %*% sharp, turn %*% t(turn))
    put_matrix(name("promax"), sharp$loadings); put_matrix(name("promax_phi"), sharp$phi)
    slanted <- oblimin(axis, normalize = kaiser, eps = 1e-8, maxit = 5000)
    slanted <- arranged(slanted$loadings, slanted$Phi)
    put_matrix(name("oblimin"), slanted$loadings); put_matrix(name("oblimin_phi"), slanted$phi)
  }
  bent <- oblimin(axis, gam = -0.5, eps = 1e-8, maxit = 5000)
  put_matrix("oblimin_bent", arranged(bent$loadings)$loadings)
  # slanted is without Kaiser's normalisation here.
  put_vector("explained", diag(slanted$phi %*% t(slanted$loadings) %*% slanted$loadings))
  congruent <- factor.congruence(arranged(varimax(axis, eps = 1e-15)$loadings)$loadings, slanted$loadings, digits = 15)
  put_matrix("congruence", congruent)
  # The whole way as users go it.
  usual <- quiet(fa(r, nfactors = factors, rotate = "oblimin", fm = "minres", n.obs = n))
  usual <- arranged(usual$loadings, usual$Phi)
  put_matrix("usual", usual$loadings); put_matrix("usual_phi", usual$phi)

  # Scores.
  for (method in c("Thurstone", "Bartlett", "tenBerge")) {
    scored <- quiet(factor.scores(complete, slanted$loadings, Phi = slanted$phi, method = method, rho = r))
    put_matrix(paste("weights", method, sep = "_"), scored$weights)
    put_matrix(paste("scores", method, sep = "_"), scored$scores[1:4, ])
  }

  # A matrix that is not positive definite, made so by pulling two correlations apart.
  spoilt <- r
  spoilt[1, 2] <- spoilt[2, 1] <- 0.95; spoilt[1, 3] <- spoilt[3, 1] <- -0.95; spoilt[2, 3] <- spoilt[3, 2] <- 0.9
  e <- eigen(spoilt)
  bent <- e$vectors %*% diag(pmax(e$values, 0.01)) %*% t(e$vectors)
  put_matrix("smoothed", cov2cor(bent))
  found
}

write_answers <- function(found, file) {
  values <- formatC(unlist(found), digits = 15, format = "g", width = 1)
  writeLines(paste(names(found), values, sep = ","), file)
}
