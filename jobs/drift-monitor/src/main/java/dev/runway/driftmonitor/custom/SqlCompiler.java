package dev.runway.driftmonitor.custom;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.CaseExpression;
import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.WhenClause;
import net.sf.jsqlparser.expression.operators.arithmetic.Addition;
import net.sf.jsqlparser.expression.operators.arithmetic.Division;
import net.sf.jsqlparser.expression.operators.arithmetic.Modulo;
import net.sf.jsqlparser.expression.operators.arithmetic.Multiplication;
import net.sf.jsqlparser.expression.operators.arithmetic.Subtraction;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.NotEqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.schema.Column;
import org.jspecify.annotations.Nullable;

/** Parsed SQL to terms. What is not named here is not accepted. */
final class SqlCompiler {
  private SqlCompiler() {}

  /** An expression of a number. */
  static Term number(Expression expression) throws InvalidExpression {
    if (expression instanceof LongValue value) {
      return literal(value, value.getStringValue());
    }
    if (expression instanceof DoubleValue value) {
      return literal(value, value.toString());
    }
    if (expression instanceof NullValue) {
      return window -> Double.NaN;
    }
    if (expression instanceof Column column) {
      return column(column);
    }
    if (expression instanceof SignedExpression signed && signed.getSign() != '~') {
      Term term = number(signed.getExpression());
      return signed.getSign() == '-' ? window -> -term.of(window) : term;
    }
    if (expression instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      return number(list.get(0));
    }
    if (expression instanceof BinaryExpression binary) {
      return arithmetic(binary);
    }
    if (expression instanceof Function function) {
      return call(function);
    }
    if (expression instanceof CaseExpression choice) {
      return choice(choice);
    }
    throw refused(expression, "a number is due");
  }

  /** A condition. */
  private static Term condition(Expression expression) throws InvalidExpression {
    if (expression instanceof AndExpression and) {
      return Term.and(condition(and.getLeftExpression()), condition(and.getRightExpression()));
    }
    if (expression instanceof OrExpression or) {
      return Term.or(condition(or.getLeftExpression()), condition(or.getRightExpression()));
    }
    if (expression instanceof NotExpression not) {
      return Term.not(condition(not.getExpression()));
    }
    if (expression instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      return condition(list.get(0));
    }
    if (expression instanceof IsNullExpression isNull) {
      return negated(
          isNull.isNot() || isNull.isUseNotNull(), Term.isNull(number(isNull.getLeftExpression())));
    }
    if (expression instanceof Between between && !between.isUsingSymmetric()) {
      Term value = number(between.getLeftExpression());
      Term low = number(between.getBetweenExpressionStart());
      Term high = number(between.getBetweenExpressionEnd());
      return negated(between.isNot(), Term.and(notBelow(value, low), notBelow(high, value)));
    }
    if (expression instanceof BinaryExpression binary) {
      return comparison(binary);
    }
    throw refused(expression, "a condition is due");
  }

  private static Term negated(boolean not, Term term) {
    return not ? Term.not(term) : term;
  }

  private static Term notBelow(Term value, Term low) {
    return Term.compared(value, low, (a, b) -> a >= b ? 1 : 0);
  }

  private static Term arithmetic(BinaryExpression binary) throws InvalidExpression {
    boolean known =
        binary instanceof Addition
            || binary instanceof Subtraction
            || binary instanceof Multiplication
            || binary instanceof Division
            || binary instanceof Modulo;
    if (!known) {
      throw refused(binary, "a number is due");
    }
    Term left = number(binary.getLeftExpression());
    Term right = number(binary.getRightExpression());
    if (binary instanceof Addition) {
      return Term.both(left, right, Double::sum);
    }
    if (binary instanceof Subtraction) {
      return Term.both(left, right, (a, b) -> a - b);
    }
    if (binary instanceof Multiplication) {
      return Term.both(left, right, (a, b) -> a * b);
    }
    return binary instanceof Division
        ? Term.both(left, right, (a, b) -> a / b)
        : Term.both(left, right, (a, b) -> a % b);
  }

  private static Term comparison(BinaryExpression binary) throws InvalidExpression {
    boolean known =
        binary instanceof EqualsTo
            || binary instanceof NotEqualsTo
            || binary instanceof GreaterThan
            || binary instanceof GreaterThanEquals
            || binary instanceof MinorThan
            || binary instanceof MinorThanEquals;
    if (!known) {
      throw refused(binary, "a condition is due");
    }
    Term left = number(binary.getLeftExpression());
    Term right = number(binary.getRightExpression());
    if (binary instanceof EqualsTo || binary instanceof NotEqualsTo) {
      Term equal = Term.compared(left, right, (a, b) -> a == b ? 1 : 0);
      return negated(binary instanceof NotEqualsTo, equal);
    }
    if (binary instanceof GreaterThanEquals) {
      return notBelow(left, right);
    }
    if (binary instanceof MinorThanEquals) {
      return notBelow(right, left);
    }
    return binary instanceof GreaterThan
        ? Term.not(notBelow(right, left))
        : Term.not(notBelow(left, right));
  }

  private static Term literal(Expression expression, String text) throws InvalidExpression {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return window -> value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw refused(expression, "a number of double precision is due");
  }

  private static Term column(Column column) throws InvalidExpression {
    // As a whole, so that no table, quote, index or suffix is read over.
    String name = column.toString().toLowerCase(Locale.ROOT);
    Term term = SqlColumns.named(name);
    if (term == null) {
      throw invalid(column, "there is no column " + name + nearest(name));
    }
    return term;
  }

  /** The column that begins most alike. */
  private static String nearest(String name) {
    String nearest = "";
    int longest = 2;
    for (String known : SqlColumns.names()) {
      int alike = 0;
      while (alike < Math.min(name.length(), known.length())
          && name.charAt(alike) == known.charAt(alike)) {
        alike++;
      }
      if (alike > longest) {
        longest = alike;
        nearest = known;
      }
    }
    return nearest.isEmpty() ? "; docs/custom-metrics.md lists them" : "; " + nearest + "?";
  }

  private static Term call(Function function) throws InvalidExpression {
    ExpressionList<?> given = function.getParameters();
    List<Term> arguments = new ArrayList<>();
    StringBuilder plain = new StringBuilder(function.getName()).append('(');
    for (int i = 0; given != null && i < given.size(); i++) {
      arguments.add(number(given.get(i)));
      plain.append(i == 0 ? "" : ", ").append(given.get(i));
    }
    // DISTINCT, ORDER BY, FILTER and the like are parts of the text that a plain call has not.
    boolean isPlain = function.toString().equals(plain.append(')').toString());
    Term call = isPlain ? SqlFunctions.call(function.getName(), arguments) : null;
    if (call == null) {
      throw invalid(
          function,
          "%s of %d is not accepted; known are %s"
              .formatted(function.getName(), arguments.size(), SqlFunctions.known()));
    }
    return call;
  }

  private static Term choice(CaseExpression choice) throws InvalidExpression {
    @Nullable Expression compared = choice.getSwitchExpression();
    @Nullable Expression otherwise = choice.getElseExpression();
    // Without an operand the conditions are compared with what is true.
    Term operand = compared == null ? window -> 1 : number(compared);
    List<Term> whens = new ArrayList<>();
    List<Term> thens = new ArrayList<>();
    for (WhenClause clause : choice.getWhenClauses()) {
      Expression when = clause.getWhenExpression();
      whens.add(compared == null ? condition(when) : number(when));
      thens.add(number(clause.getThenExpression()));
    }
    return Term.choice(
        operand, whens, thens, otherwise == null ? window -> Double.NaN : number(otherwise));
  }

  private static InvalidExpression refused(Expression expression, String due) {
    return invalid(expression, due + ", found " + expression);
  }

  private static InvalidExpression invalid(Expression expression, String message) {
    @Nullable Node node = expression.getASTNode();
    @Nullable Token first = node == null ? null : node.jjtGetFirstToken();
    return first == null
        ? new InvalidExpression(message)
        : InvalidExpression.at(first.beginColumn, message);
  }
}
