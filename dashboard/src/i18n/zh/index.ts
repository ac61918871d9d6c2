import type { Messages } from "..";
import { access } from "./access";
import { common } from "./common";
import { data } from "./data";
import { ledger } from "./ledger";
import { manage } from "./manage";
import { settings } from "./settings";
import { setup } from "./setup";

export const zh: Messages = { ...common, access, data, ledger, manage, settings, setup };
