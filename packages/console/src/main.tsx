import './style/tokens.css'
import './style/base.css'
import './style/parts.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'

const place = document.querySelector('#console')
if (place === null) throw new Error('index.html has no #console')
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
