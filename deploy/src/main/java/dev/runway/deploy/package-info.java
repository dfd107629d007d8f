/** Topics and tables on servers of one's own. */
@NullMarked
package dev.runway.deploy;

import org.jspecify.annotations.NullMarked;
