package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.FeatureWindow;
import dev.runway.model.Limits;
import java.util.concurrent.atomic.AtomicReference;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.Token;

/**
 * A SQL expression of a number over the columns of a feature, compiled once. The text is a
 * stranger's: it is short and shallow, and of SQL only arithmetic, conditions, CASE and a fixed
 * list of functions are accepted, so that it ends and reaches nothing.
 */
final class SqlExpression {
  /** Open parentheses. The parser recurses over them: at a thousand its stack is used up. */
  static final int MAX_DEPTH = 32;

  private final Term term;

  private SqlExpression(Term term) {
    this.term = term;
  }

  /**
   * Compiles a text.
   *
   * @throws InvalidExpression with the place at fault
   */
  static SqlExpression compile(String text) throws InvalidExpression {
    if (text.length() > Limits.MAX_EXPRESSION) {
      throw new InvalidExpression(
          "%d characters, at most %d are accepted".formatted(text.length(), Limits.MAX_EXPRESSION));
    }
    requireShallow(text);
    return new SqlExpression(SqlCompiler.number(parse(text)));
  }

  /** Its value; NaN for NULL. */
  double of(FeatureWindow window) {
    return term.of(window);
  }

  private static void requireShallow(String text) throws InvalidExpression {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == '(' || c == '[' || c == '{') && ++depth > MAX_DEPTH) {
        throw InvalidExpression.at(i + 1, "more than " + MAX_DEPTH + " parentheses are open");
      }
      if (c == ')' || c == ']' || c == '}') {
        depth--;
      }
    }
  }

  private static Expression parse(String text) throws InvalidExpression {
    AtomicReference<CCJSqlParser> used = new AtomicReference<>();
    try {
      Expression expression = CCJSqlParserUtil.parseExpression(text, false, used::set);
      if (expression == null) {
        throw new InvalidExpression("there is no expression");
      }
      return expression;
    } catch (JSQLParserException e) {
      if (e.getCause() instanceof ParseException cause && cause.currentToken != null) {
        throw unexpected(cause.currentToken.next);
      }
      CCJSqlParser parser = used.get();
      throw parser == null
          ? new InvalidExpression("this is no SQL expression")
          : unexpected(parser.token);
    } catch (RuntimeException | StackOverflowError e) {
      // Of the tokenizer: a character that begins nothing, a text that is not closed. And whatever
      // else a stranger's text may find in a parser.
      throw new InvalidExpression("this is no SQL expression");
    }
  }

  private static InvalidExpression unexpected(Token token) {
    return token.kind == 0
        ? InvalidExpression.at(token.beginColumn, "the expression ends too early")
        : InvalidExpression.at(token.beginColumn, "'" + token.image + "' is not expected here");
  }
}
