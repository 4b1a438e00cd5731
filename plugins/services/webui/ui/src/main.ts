// SPDX-License-Identifier: MIT
import './shell/app';
