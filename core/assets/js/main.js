// The one entry: each module looks after its own elements, found by data attributes.
import "./theme.js";
import "./menus.js";
import "./copy.js";
import "./money.js";
import "./errors.js";
import "./submit.js";
import "./bulk.js";
import "./poll.js";
import "./upload.js";
import "./dialogs.js";
import "./typed.js";
import "./calendar.js";
import "./offline.js";
