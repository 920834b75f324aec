#!/usr/bin/env node
import process from "node:process";
import { command } from "./runtime/command.ts";

await command(process.argv.slice(2), process.env);
