/** Reading topics in a group: one record after the other, none lost. */
@NullMarked
package dev.runway.control.topics;

import org.jspecify.annotations.NullMarked;
