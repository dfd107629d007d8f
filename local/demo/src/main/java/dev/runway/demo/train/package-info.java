/** Plain logistic regression, trained when the demo plays. */
@NullMarked
package dev.runway.demo.train;

import org.jspecify.annotations.NullMarked;
