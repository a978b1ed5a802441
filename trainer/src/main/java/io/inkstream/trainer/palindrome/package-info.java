/** A task whose answer is known, which shows whether a recurrent network remembers. */
package io.inkstream.trainer.palindrome;
