package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionContractTest {

  @Test
  void commonOptions_keepIt() {
    OptionContract.require(CommonOptions.class);
  }

  @Test
  void secretAsAValue_isFound() {
    assertThatThrownBy(() -> OptionContract.require(Secret.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a secret is a file");
  }

  @Test
  void optionWithoutDescription_isFound() {
    assertThatThrownBy(() -> OptionContract.require(Bare.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("runway.test.bare");
  }

  static final class Secret {
    static final Option<String> PASSWORD =
        Option.text("runway.test.password").describedAs("A secret.");
  }

  static final class Bare {
    static final Option<String> BARE = Option.text("runway.test.bare");
  }
}
