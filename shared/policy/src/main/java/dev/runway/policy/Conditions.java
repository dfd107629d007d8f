package dev.runway.policy;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;

/**
 * Compiles the conditions of policies. What a condition may speak of is declared here, with its
 * type; CEL has no loops but over lists, and cannot call anything.
 */
public final class Conditions {
  private static final int MAX_DEPTH = 32;

  /** Steps of all loops of one judgement: four loops over each other, of sixteen windows. */
  private static final int MAX_STEPS = 1 << 16;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxParseRecursionDepth(MAX_DEPTH)
          .maxExpressionCodePointSize(4_000)
          .comprehensionMaxIterations(MAX_STEPS)
          .build();

  private Conditions() {}

  /** Apart: it takes most of a second to make, and a process that saves no policy needs none. */
  private static final class Compiler {
    static final CelCompiler CEL = make();
  }

  /** Apart as well: who compiles alone never judges. */
  private static final class Judging {
    static final CelRuntime CEL =
        CelRuntimeFactory.legacyCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addFunctionBindings(
                CelFunctionBinding.from("list_last_int", List.class, Long.class, Conditions::last))
            .build();
  }

  private static CelCompiler make() {
    return CelCompilerFactory.standardCelCompilerBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        // Severities and metrics of the window, by name: signal.psi_max, signal.coverage.
        .addVar("signal", MapType.create(SimpleType.STRING, SimpleType.DOUBLE))
        // The last windows, the newest last: history.psi_max.last(3).all(v, v > 0.2)
        .addVar("history", MapType.create(SimpleType.STRING, ListType.create(SimpleType.DOUBLE)))
        .addVar("model", MapType.create(SimpleType.STRING, SimpleType.DYN))
        // Time since the end of the version's training data.
        .addVar("age", SimpleType.DURATION)
        .addFunctionDeclarations(
            CelFunctionDecl.newFunctionDeclaration(
                "last",
                CelOverloadDecl.newMemberOverload(
                    "list_last_int",
                    ListType.create(SimpleType.DOUBLE),
                    ListType.create(SimpleType.DOUBLE),
                    SimpleType.INT)))
        .setResultType(SimpleType.BOOL)
        .build();
  }

  private static List<?> last(List<?> list, long n) {
    return list.subList((int) Math.max(0, list.size() - Math.max(0, n)), list.size());
  }

  /**
   * What is wrong with a condition that is to be saved.
   *
   * @return each as {@code line 1, column 5: what}; empty when it compiles to true or false, and
   *     all that it asks for is known of some model
   */
  public static List<String> complaints(String condition) {
    CelValidationResult result = Compiler.CEL.compile(condition);
    try {
      return result.hasError() ? errors(result) : UnknownNames.complaints(result.getAst());
    } catch (CelValidationException e) {
      throw new IllegalStateException("a condition without errors that did not compile", e);
    }
  }

  private static List<String> errors(CelValidationResult result) {
    return result.getErrors().stream().map(Conditions::words).toList();
  }

  /**
   * The condition, to be judged. One that was saved already is judged though it asks for what
   * nobody knows: another release may have known it.
   *
   * @throws IllegalArgumentException with all that is wrong with it
   */
  public static Condition compile(String condition) {
    try {
      return new Condition(
          condition, Judging.CEL.createProgram(Compiler.CEL.compile(condition).getAst()));
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException(
          condition + ": " + String.join("; ", errors(Compiler.CEL.compile(condition))), e);
    }
  }

  private static String words(CelIssue issue) {
    return place(issue.getSourceLocation()) + ": " + issue.getMessage();
  }

  static String place(CelSourceLocation place) {
    return "line %d, column %d".formatted(place.getLine(), place.getColumn() + 1);
  }
}
