/** What the jobs found out about models, from the tables that they fill. */
@NullMarked
package dev.runway.control.readings;

import org.jspecify.annotations.NullMarked;
