package dev.runway.e2e;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link TestStack} of this JVM; it ends after the last test. */
final class WithStack implements ParameterResolver, AfterTestExecutionCallback {
  private static final Namespace OURS = Namespace.create(WithStack.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestStack.class;
  }

  @Override
  public TestStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return stack(context);
  }

  private static TestStack stack(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(OURS)
        .computeIfAbsent(TestStack.class, type -> started(), TestStack.class);
  }

  private static TestStack started() {
    try {
      return TestStack.start();
    } catch (Exception e) {
      throw new IllegalStateException("the stack does not start: " + e.getMessage(), e);
    }
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      stack(context).keepFolder();
    }
  }
}
