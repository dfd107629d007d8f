/** What drift the demo's data holds, computed in the plainest way. */
@NullMarked
package dev.runway.e2e.drift;

import org.jspecify.annotations.NullMarked;
