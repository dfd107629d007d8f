package dev.runway.driftmonitor.custom;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The functions an expression may call: of numbers alone, without effect. */
final class SqlFunctions {
  private static final Map<String, DoubleUnaryOperator> UNARY =
      new TreeMap<>(
          Map.of(
              "ABS", Math::abs,
              "CEIL", Math::ceil,
              "CEILING", Math::ceil,
              "EXP", Math::exp,
              "FLOOR", Math::floor,
              "LN", Math::log,
              "LOG10", Math::log10,
              "SIGN", Math::signum,
              "SQRT", Math::sqrt));

  private static final Map<String, DoubleBinaryOperator> BINARY =
      new TreeMap<>(Map.of("MOD", (a, b) -> a % b, "POWER", Math::pow));

  private static final Map<String, Function<List<Term>, Term>> OF_MANY =
      new TreeMap<>(
          Map.of(
              "COALESCE", SqlFunctions::coalesce,
              "GREATEST", terms -> folded(terms, Math::max),
              "LEAST", terms -> folded(terms, Math::min)));

  private static final String NULLIF = "NULLIF";

  private SqlFunctions() {}

  /**
   * A call.
   *
   * @return null for a function that is not known, or of another number of arguments
   */
  static @Nullable Term call(String name, List<Term> arguments) {
    String upper = name.toUpperCase(Locale.ROOT);
    DoubleUnaryOperator unary = UNARY.get(upper);
    if (unary != null && arguments.size() == 1) {
      Term only = arguments.get(0);
      return window -> Term.finite(unary.applyAsDouble(only.of(window)));
    }
    DoubleBinaryOperator binary = BINARY.get(upper);
    if (binary != null && arguments.size() == 2) {
      return Term.both(arguments.get(0), arguments.get(1), nullOfNull(binary));
    }
    if (upper.equals(NULLIF) && arguments.size() == 2) {
      return nullIf(arguments.get(0), arguments.get(1));
    }
    Function<List<Term>, Term> ofMany = OF_MANY.get(upper);
    return ofMany != null && arguments.size() >= 2 ? ofMany.apply(arguments) : null;
  }

  /** Names with the number of their arguments, for a message. */
  static String known() {
    return String.join(", ", UNARY.keySet())
        + " of one number; "
        + String.join(", ", BINARY.keySet())
        + ", "
        + NULLIF
        + " of two; "
        + String.join(", ", OF_MANY.keySet())
        + " of two or more";
  }

  /** Java's power of NaN to 0 is 1. */
  private static DoubleBinaryOperator nullOfNull(DoubleBinaryOperator operator) {
    return (a, b) -> Double.isNaN(a + b) ? Double.NaN : operator.applyAsDouble(a, b);
  }

  private static Term coalesce(List<Term> terms) {
    return window -> {
      for (Term term : terms) {
        double value = term.of(window);
        if (!Double.isNaN(value)) {
          return value;
        }
      }
      return Double.NaN;
    };
  }

  private static Term nullIf(Term term, Term unwanted) {
    return window -> {
      double value = term.of(window);
      return value == unwanted.of(window) ? Double.NaN : value;
    };
  }

  /** NULL where one is NULL, as Flink has it. */
  private static Term folded(List<Term> terms, DoubleBinaryOperator operator) {
    Term folded = terms.get(0);
    for (Term term : terms.subList(1, terms.size())) {
      folded = Term.both(folded, term, operator);
    }
    return folded;
  }
}
