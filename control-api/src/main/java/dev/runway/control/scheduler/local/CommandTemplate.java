package dev.runway.control.scheduler.local;

import dev.runway.control.scheduler.Order;
import java.util.ArrayList;
import java.util.List;

/**
 * A command as words, and no shell that reads them: what a model is called cannot become a command
 * of its own.
 *
 * @param words the program and its arguments; in each, {@code {command_id}}, {@code {model_id}} and
 *     {@code {action}} stand for those of the order
 */
public record CommandTemplate(List<String> words) {
  /**
   * Splits a text at blanks. Single and double quotes hold a word together; there is no escape.
   *
   * @throws IllegalArgumentException if a quote is not closed, or if there is no word
   */
  public static CommandTemplate of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0 ? c == quote : c == '\'' || c == '"') {
        quote = quote == 0 ? c : 0;
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("has a quote (" + quote + ") that is not closed");
    }
    if (inWord) {
      words.add(word.toString());
    }
    if (words.isEmpty()) {
      throw new IllegalArgumentException("has no word");
    }
    return new CommandTemplate(List.copyOf(words));
  }

  /** The words for an order. */
  List<String> of(Order order) {
    return words.stream()
        .map(
            word ->
                word.replace("{command_id}", order.id().toString())
                    .replace("{action}", order.action().name())
                    .replace("{model_id}", order.modelId()))
        .toList();
  }
}
