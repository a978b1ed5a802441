/** Rolling versions out as an operator sees it: what the topics say, the next policy, and whether it is in force. */
package io.inkstream.ops.rollout;
