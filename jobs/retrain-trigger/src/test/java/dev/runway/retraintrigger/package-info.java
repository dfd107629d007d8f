@NullMarked
package dev.runway.retraintrigger;

import org.jspecify.annotations.NullMarked;
