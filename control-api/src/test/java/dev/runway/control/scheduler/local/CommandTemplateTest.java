package dev.runway.control.scheduler.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.scheduler.Order;
import dev.runway.control.scheduler.Orders;
import org.junit.jupiter.api.Test;

class CommandTemplateTest {
  @Test
  void words_areSplitAtBlanksAndHeldTogetherByQuotes() {
    assertThat(CommandTemplate.of("  train.py --name 'a b'  \"c'd\" e\"f g\"h '' ").words())
        .containsExactly("train.py", "--name", "a b", "c'd", "ef gh", "");
    assertThatThrownBy(() -> CommandTemplate.of("train 'x")).hasMessageContaining("not closed");
    assertThatThrownBy(() -> CommandTemplate.of("  ")).hasMessageContaining("no word");
  }

  @Test
  void nameOfAModel_staysOneWord() {
    Order plain = Orders.retrain(1);
    Order odd = new Order(plain.id(), plain.action(), "x; rm -rf $HOME `id` 'q");

    assertThat(CommandTemplate.of("train --model={model_id} {action} {command_id}").of(odd))
        .containsExactly(
            "train", "--model=x; rm -rf $HOME `id` 'q", "RETRAIN", plain.id().toString());
  }
}
