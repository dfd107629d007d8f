package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;

/** What holds for the options of every job; a default outside its rule cannot even be declared. */
public final class OptionContract {
  private static final String WORD = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  /** A word alone is no setting, but says what a single run does, and is given by hand. */
  private static final Pattern NAME = Pattern.compile("runway(\\." + WORD + "){1,3}|" + WORD);

  private static final Pattern SENTENCE = Pattern.compile("[A-Z].*\\.");
  private static final Pattern SECRET = Pattern.compile(".*(password|secret|token).*");

  private OptionContract() {}

  /** Requires it of every option that the classes declare. */
  public static void require(Class<?>... declaredIn) {
    assertThat(Options.declaredIn(declaredIn)).isNotEmpty().allSatisfy(OptionContract::require);
  }

  private static void require(Option<?> option) {
    assertThat(option.name()).as("name").matches(NAME);
    assertThat(option.description())
        .as("description of %s", option)
        .matches(SENTENCE)
        .doesNotContain("\n");
    if (SECRET.matcher(option.name()).matches()) {
      assertThat(option.name()).as("a secret is a file").endsWith("-file");
      assertThat(option.type()).as("type of %s", option).isEqualTo("file");
    }
  }
}
