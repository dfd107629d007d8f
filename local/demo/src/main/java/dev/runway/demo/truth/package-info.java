/** What the demo must come to, computed from the samples without Runway. */
@NullMarked
package dev.runway.demo.truth;

import org.jspecify.annotations.NullMarked;
