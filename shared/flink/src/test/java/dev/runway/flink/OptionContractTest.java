package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every option; a default outside its rule cannot even be declared. */
class OptionContractTest {
  static Iterable<Option<?>> options() {
    return Options.declaredIn(CommonOptions.class);
  }

  @ParameterizedTest
  @MethodSource("options")
  void name_followsThePattern(Option<?> option) {
    String word = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
    assertThat(option.name()).matches("runway(\\." + word + "){1,3}");
  }

  @ParameterizedTest
  @MethodSource("options")
  void description_isASentence(Option<?> option) {
    assertThat(option.description()).matches("[A-Z].*\\.").doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("options")
  void secret_isAFile(Option<?> option) {
    if (option.name().matches(".*(password|secret|token).*")) {
      assertThat(option.name()).endsWith("-file");
      assertThat(option.type()).isEqualTo("file");
    }
  }
}
