/** The Flink side: configuration, REST, submission, checkpoints to resume from. */
@NullMarked
package dev.runway.stack.flink;

import org.jspecify.annotations.NullMarked;
