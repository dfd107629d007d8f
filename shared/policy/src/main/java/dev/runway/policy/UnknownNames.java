package dev.runway.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds names in a condition that nothing has: to the compiler any name of a map is one. */
final class UnknownNames {
  private static final Map<String, List<String>> KNOWN =
      Map.of(
          "signal", SignalNames.SIGNALS,
          "history", SignalNames.SIGNALS,
          "model", SignalNames.MODEL);

  private final CelAbstractSyntaxTree tree;

  private UnknownNames(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  /** What is said of each, with its place. */
  static List<String> complaints(CelAbstractSyntaxTree tree) {
    UnknownNames names = new UnknownNames(tree);
    return CelNavigableAst.fromAst(tree)
        .getRoot()
        .allNodes()
        .flatMap(node -> names.complaint(node.expr()).stream())
        .toList();
  }

  /**
   * Of {@code signal.name}, {@code has(signal.name)}, {@code signal['name']}, {@code 'name' in}.
   */
  private Optional<String> complaint(CelExpr expr) {
    if (expr.getKind() == Kind.SELECT) {
      return complaint(expr, expr.select().operand(), expr.select().field());
    }
    if (expr.getKind() != Kind.CALL || expr.call().args().size() != 2) {
      return Optional.empty();
    }
    CelCall call = expr.call();
    if (call.function().equals(Operator.INDEX.getFunction())) {
      return complaint(expr, call.args().get(0), text(call.args().get(1)));
    }
    if (call.function().equals(Operator.IN.getFunction())) {
      return complaint(expr, call.args().get(1), text(call.args().get(0)));
    }
    return Optional.empty();
  }

  /** Null for one that is made when it is judged. */
  private static @Nullable String text(CelExpr expr) {
    boolean constant =
        expr.getKind() == Kind.CONSTANT
            && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
    return constant ? expr.constant().stringValue() : null;
  }

  private Optional<String> complaint(CelExpr at, CelExpr map, @Nullable String name) {
    List<String> known = map.getKind() == Kind.IDENT ? KNOWN.get(map.ident().name()) : null;
    if (known == null || name == null || known.contains(name)) {
      return Optional.empty();
    }
    return Optional.of(
        "%s: %s has no %s; did you mean %s?"
            .formatted(place(at), map.ident().name(), name, SignalNames.nearest(name, known)));
  }

  private String place(CelExpr expr) {
    return Stream.ofNullable(tree.getSource().getPositionsMap().get(expr.id()))
        .flatMap(offset -> tree.getSource().getOffsetLocation(offset).stream())
        .findFirst()
        .map(Conditions::place)
        .orElse("line 1, column 1");
  }
}
