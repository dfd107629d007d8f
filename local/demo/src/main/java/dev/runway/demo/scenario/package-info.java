/** What the demo plays: three models, their predictions and outcomes, and the faults mixed in. */
@NullMarked
package dev.runway.demo.scenario;

import org.jspecify.annotations.NullMarked;
