package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.FeatureWindow;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * A part of an expression. NaN stands for NULL, and whatever is no finite number becomes it; of a
 * condition 1 is true, 0 false and NaN unknown.
 */
@FunctionalInterface
interface Term {
  double of(FeatureWindow window);

  /** A function of two numbers; NULL of NULL. */
  static Term both(Term left, Term right, DoubleBinaryOperator operator) {
    return window -> finite(operator.applyAsDouble(left.of(window), right.of(window)));
  }

  /** A comparison; unknown where a side is. */
  static Term compared(Term left, Term right, DoubleBinaryOperator sign) {
    return window -> {
      double a = left.of(window);
      double b = right.of(window);
      return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : sign.applyAsDouble(a, b);
    };
  }

  /** False where one is, true where both are. */
  static Term and(Term left, Term right) {
    return window -> {
      double a = left.of(window);
      double b = right.of(window);
      return a == 0 || b == 0 ? 0 : a + b == 2 ? 1 : Double.NaN;
    };
  }

  static Term or(Term left, Term right) {
    return not(and(not(left), not(right)));
  }

  static Term not(Term term) {
    return window -> 1 - term.of(window);
  }

  static Term isNull(Term term) {
    return window -> Double.isNaN(term.of(window)) ? 1 : 0;
  }

  /** What stands behind the first that equals the operand, which is evaluated once. */
  static Term choice(Term operand, List<Term> whens, List<Term> thens, Term otherwise) {
    return window -> {
      double value = operand.of(window);
      for (int i = 0; i < whens.size(); i++) {
        // NULL equals nothing, and NaN does not either.
        if (whens.get(i).of(window) == value) {
          return thens.get(i).of(window);
        }
      }
      return otherwise.of(window);
    };
  }

  static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }
}
