package dev.runway.e2e;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link TestStack} of this JVM; it ends after the last test. A stack that did
 * not start is not started again for each test: all of them fail, with the first one's reason.
 */
final class WithStack implements ParameterResolver, AfterTestExecutionCallback {
  /** What tests share that leave all processes alone; who kills one has it alone. */
  static final String PEACE = "peace of the stack";

  private static final Namespace OURS = Namespace.create(WithStack.class);

  /** The outcome of the one start. */
  private record Start(@Nullable TestStack stack, @Nullable Throwable failure)
      implements AutoCloseable {
    static Start now() {
      try {
        return new Start(TestStack.start(), null);
      } catch (Throwable e) {
        // An AssertionError as well: "up" that ends with another code than zero is one.
        return new Start(null, e);
      }
    }

    TestStack require() {
      if (stack == null) {
        throw new IllegalStateException("the stack does not start", failure);
      }
      return stack;
    }

    @Override
    public void close() throws IOException {
      if (stack != null) {
        stack.close();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestStack.class;
  }

  @Override
  public TestStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return start(context).require();
  }

  private static Start start(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(OURS)
        .computeIfAbsent(Start.class, type -> Start.now(), Start.class);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      start(context).require().keepFolder();
    }
  }
}
