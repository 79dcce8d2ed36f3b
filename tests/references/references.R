# What R finds in panel.csv and roster.csv. Called by make_references.py: references.R FOLDER OUTPUT
library(sandwich)
library(clubSandwich)

arguments <- commandArgs(trailingOnly = TRUE)
panel <- read.csv(file.path(arguments[1], "panel.csv"))
roster <- read.csv(file.path(arguments[1], "roster.csv"))

# Two ways of fixed effects: lm with dummies; errors by fitting again without each creator.
jackknife <- function(formula, data, weights) {
  data$w <- weights
  whole <- lm(formula, data, weights = w)
  groups <- unique(data$creator)
  without <- sapply(groups, function(g) {
    coef(lm(formula, data[data$creator != g, ], weights = w))[c("sponsored", "age")]
  })
  own <- coef(whole)[c("sponsored", "age")]
  spread <- (length(groups) - 1) / length(groups) * rowSums((without - own)^2)
  both <- function(name) list(estimate = unname(own[name]), error = unname(sqrt(spread[name])))
  list(sponsored = both("sponsored"), age = both("age"))
}
two.ways <- log_rate ~ sponsored + age + factor(creator) + factor(month)

# Quarters alone, which creators share: errors without fitting again, CR3 of Bell and McCaffrey as clubSandwich has it.
quarters <- lm(log_rate ~ sponsored + age + factor(month %/% 3), panel)
cr3 <- vcovCR(quarters, cluster = panel$creator, type = "CR3")
groups <- length(unique(panel$creator))
of.quarters <- function(name) {
  list(estimate = unname(coef(quarters)[name]), error = sqrt((groups - 1) / groups * cr3[name, name]))
}

# One point a creator: slope with HC3 errors and Student's t.
of.slope <- function(model, name, level = 0.95) {
  error <- sqrt(vcovHC(model, type = "HC3")[name, name])
  reach <- qt(0.5 + level / 2, model$df.residual) * error
  best <- unname(coef(model)[name])
  list(estimate = best, error = unname(error), low = unname(best - reach), high = unname(best + reach))
}

# Two lines that meet at a break, and may jump there (Simonsohn 2018): the break belongs to the line in question.
split <- sort(roster$log_size)[31]
lines <- function(left) {
  data <- data.frame(y = roster$log_rate, right = as.numeric(!left), before = ifelse(left, roster$log_size - split, 0),
                     after = ifelse(left, 0, roster$log_size - split))
  lm(y ~ right + before + after, data)
}

found <- list(
  `two ways` = jackknife(two.ways, panel, rep(1, nrow(panel))),
  `two ways, weighted` = jackknife(two.ways, panel, panel$weight),
  `quarters alone` = list(sponsored = of.quarters("sponsored"), age = of.quarters("age")),
  line = of.slope(lm(log_rate ~ log_size + platform, roster), "log_size"),
  `line, one platform` = of.slope(lm(log_rate ~ log_size, roster), "log_size", 0.8),
  split = split,
  before = of.slope(lines(roster$log_size <= split), "before"),
  after = of.slope(lines(roster$log_size < split), "after"),
  versions = list(R = R.version.string, sandwich = as.character(packageVersion("sandwich")),
                  clubSandwich = as.character(packageVersion("clubSandwich")))
)
writeLines(jsonlite::toJSON(found, auto_unbox = TRUE, digits = NA), arguments[2])
